"""XML as some tools write it: OpenRosa's prefix on what others write bare, declared or not."""


def test_a_version_and_an_id_under_the_prefix_of_openrosa_are_read(alice, bob):
    definition = (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance>'
        '<data id="censo" orx:version="2.5" xmlns:orx="http://openrosa.org/xforms"><orx:meta><orx:instanceID/>'
        '</orx:meta><casas/></data></instance><bind nodeset="/data/casas" type="int"/></model></h:head><h:body>'
        '<input ref="/data/casas"><label>Casas</label></input></h:body></h:html>')
    asked = {"headers": {"Content-Type": "application/xml"}}
    assert alice.post("/v1/projects/1/forms?publish=true", data=definition, **asked).json["version"] == "2.5"
    sent = ('<data id="censo" version="2.5"><orx:meta><orx:instanceID>c1</orx:instanceID></orx:meta>'
            '<casas>4</casas></data>')  # the prefix is declared nowhere
    assert alice.post("/v1/projects/1/forms/censo/submissions", data=sent, **asked).json["instanceId"] == "c1"
    row = bob.get("/v1/projects/1/forms/censo.svc/Submissions").json["value"][0]
    assert (row["__id"], row["casas"], row["meta"], row["__system"]["formVersion"]) == (
        "c1", 4, {"instanceID": "c1"}, "2.5")
    assert alice.get("/v1/projects/1/forms/censo/submissions/c1.xml").text == sent
