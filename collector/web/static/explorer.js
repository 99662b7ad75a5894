/* The explorer is made of the document that its page names. Without the library the page stays as it is. */
(() => {
  "use strict";
  const place = document.getElementById("explorer");
  if (!place || !window.SwaggerUIBundle) return;
  window.SwaggerUIBundle({
    url: place.dataset.document, domNode: place, docExpansion: "none", deepLinking: true, filter: true,
    validatorUrl: null, defaultModelsExpandDepth: 0, supportedSubmitMethods: ["get", "head", "post", "put", "patch", "delete"],
    requestInterceptor: (request) => { request.headers["X-Requested-With"] = "XMLHttpRequest"; return request; },
  });
})();
