"""Room for the names that stand in addresses, queries and headers of the API: what each means, as JSON Schema has it.

It must not know routes. `operations` asks it for each name that a route has or says that it asks for.
"""

_NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}
_TEXT = {"type": "string"}
_SWITCH = {"type": "boolean"}

PATHS = {
    "project_id": (_NUMBER, "Number of the project.", 1),
    "xml_form_id": (_TEXT, "The form's ID, percent-encoded: it may hold / and spaces.", "hogares"),
    "form_id": (_NUMBER, "Number of a deleted form, as the list with deleted=true has it.", 12),
    "instance_id": (_TEXT, "instanceID of the submission.", "uuid:85cb9aff-005e-4edd-9739-dc9c1a829c44"),
    "version_id": (_TEXT, "instanceID of one version of the submission.", "uuid:85cb9aff-005e-4edd-9739-dc9c1a829c44"),
    "other_id": (_TEXT, "instanceID of a submission that looks the same.", "uuid:b1628661-65ed-4cab-8e30-19c17fef2de0"),
    "version": (_TEXT, "Version of the form; ___ for the empty one.", "2026052701"),
    "name": (_TEXT, "Name, percent-encoded.", "foto.jpg"),
    "role": (_TEXT, "Number or system name of a role.", "manager"),
    "actor_id": (_NUMBER, "Number of a user, app user or public link.", 7),
    "user_id": (_NUMBER, "Number of the user.", 7),
    "phone_id": (_NUMBER, "Number of the app user.", 115),
    "link_id": (_TEXT, "Number of the link.", "116"),
    "token": (_TEXT, "The token to end.", "aQh3p…"),
    "key": (_TEXT, "Key, as the list has it.", "5b2c9e"),
    "step_id": (_TEXT, "Step of the recipe.", "a1"),
    "delivery_id": (_NUMBER, "Number of the delivery.", 3),
    "number": (_NUMBER, "Its number.", 1),
    "table": (_TEXT, "Submissions, Submissions.<repeat>, or one record: Submissions('<instanceID>').", "Submissions"),
    "record": (_TEXT, "One record: Submissions('<instanceID>').", "Submissions('uuid:85cb9aff')"),
    "dataset_id": (_NUMBER, "Number of a deleted entity list, as the list with deleted=true has it.", 3),
    "list_name": (_TEXT, "Name of the entity list.", "comunidades"),
    "act_id": (_NUMBER, "Number of what waits, as the list of it has it.", 12),
    "property_name": (_TEXT, "Name of the property.", "estado"),
    "uuid": (_TEXT, "Identifier of the entity.", "2c1ee90b-dde8-434b-9985-2eefd8465339"),
    "rest": (_TEXT, "Repeats below it: grupo/hijos('<key>')/juguetes.", "integrantes"),
}

QUERY = {
    "limit": (_NUMBER, "At most so many.", 50),
    "offset": (_NUMBER, "After so many.", 0),
    "before": (_NUMBER, "Those before this number.", 250),
    "after": (_TEXT, "Those after this one, the last of the page before.", ""),
    "after number": (_NUMBER, "Those after this number.", 0),
    "q": (_TEXT, "Words of the name or e-mail.", "maría"),
    "state": (_TEXT, "Only those in this state.", ""),
    "outcome": (_TEXT, "Only those that came out so.", ""),
    "id": (_TEXT, "Identifiers of entities, with commas between.", "2c1ee90b-dde8-434b-9985-2eefd8465339"),
    "formId": (_TEXT, "Only of this form.", ""),
    "appUserId": (_NUMBER, "Only of this app user.", 115),
    "deviceID": (_TEXT, "The device, as ODK Collect tells it.", "collect:AbCd"),
    "formID": (_TEXT, "Only this form.", ""),
    "deleted": (_SWITCH, "Those in the trash instead.", False),
    "forms": (_SWITCH, "Each with its forms.", False),
    "datasets": (_SWITCH, "Each with its entity lists.", False),
    "community": (_TEXT, "The community, as its mandates name it.", "00000000-0000-4000-8000-000000000001"),
    "on": ({"type": "string", "format": "date"}, "The day; today where none is given.", "2026-03-14"),
    "knownAt": ({"type": "string", "format": "date-time"}, "As it was known then; now where none is given.",
                "2026-03-14T18:00:00Z"),
    "days": (_NUMBER, "How many days ahead.", 60),
    "convert": (_SWITCH, "Whether records that waited for approval make their entities now.", True),
    "relevantToConflict": (_SWITCH, "Those alone that the open conflict is about.", True),
    "baseVersion": (_NUMBER, "The version that the change was made on.", 2),
    "force": (_SWITCH, "Whatever its newest version is.", True),
    "resolve": (_SWITCH, "The conflict is settled with it.", True),
    "state of": ({"type": "string", "enum": ["held", "approval", "failed"]}, "What it waits for.", "held"),
    "odata": (_SWITCH, "Names as OData allows them.", False),
    "publish": (_SWITCH, "Published at once.", True),
    "ignoreWarnings": (_SWITCH, "In spite of warnings.", True),
    "invalidate": (_SWITCH, "The password that holds stops working at once.", False),
    "attachments": (_SWITCH, "With the files that came along.", True),
    "groupPaths": (_SWITCH, "Groups stand in the names of columns.", True),
    "splitSelectMultiples": (_SWITCH, "A column for each choice.", False),
    "deletedFields": (_SWITCH, "Fields of earlier versions too.", False),
    "recipe": (_TEXT, "Cleaned by this recipe: its number or name.", ""),
    "recipeVersion": (_NUMBER, "In this version of the recipe.", 1),
    "version": (_TEXT, "The version to be published as.", "2026052702"),
    "version number": (_NUMBER, "In this version instead of the one in force.", 1),
    "action": (_TEXT, "One action, or the word that several begin with.", "submission"),
    "start": ({"type": "string", "format": "date-time"}, "From this time on.", "2026-05-01T00:00:00Z"),
    "end": ({"type": "string", "format": "date-time"}, "Up to this time.", "2026-06-01T00:00:00Z"),
    "fieldpath": ({"type": "array", "items": _TEXT}, "Of these fields instead of the first with a place; all of them.",
                  ["/casa"]),
    "submissionID": ({"type": "array", "items": _TEXT}, "Only these records.", ""),
    "submitterId": ({"type": "array", "items": _NUMBER}, "Only what these sent.", ""),
    "reviewState": ({"type": "array", "items": _TEXT}, "Only those in these states; null for none yet.", ""),
    "start__gt": ({"type": "string", "format": "date-time"}, "That came after this time.", ""),
    "start__gte": ({"type": "string", "format": "date-time"}, "That came at this time or after.", ""),
    "end__lt": ({"type": "string", "format": "date-time"}, "That came before this time.", ""),
    "end__lte": ({"type": "string", "format": "date-time"}, "That came at this time or before.", ""),
    "instanceId": (_TEXT, "The record.", "uuid:85cb9aff-005e-4edd-9739-dc9c1a829c44"),
    "variable": (_TEXT, "The column, as its path.", "/edad"),
    "table of": (_TEXT, "The repeat; empty for the record itself.", ""),
    "key of": (_TEXT, "The row of the repeat.", ""),
    "$top": (_NUMBER, "At most so many rows.", 250),
    "$skip": (_NUMBER, "After so many rows.", 0),
    "$skiptoken": (_TEXT, "Where to go on, as @odata.nextLink has it.", ""),
    "$count": (_SWITCH, "With the number of all.", True),
    "$filter": (_TEXT, "Which rows: __system/… and __id with eq, lt, gt, and, or, not, now() and parts of dates.",
                "__system/reviewState eq 'approved'"),
    "$search": (_TEXT, "Words of the label, the identifier or any property.", "maría"),
    "$orderby": (_TEXT, "By which columns, asc or desc.", "__system/submissionDate desc"),
    "$select": (_TEXT, "Which columns.", "__id,edad"),
    "$expand": ({"type": "string", "enum": ["*"]}, "* puts the rows of repeats into their record.", "*"),
    "$wkt": (_SWITCH, "Places as WKT instead of GeoJSON.", False),
}
NEEDED = frozenset(("instanceId", "variable"))

HEADERS = {
    "X-Extended-Metadata": ({"type": "string", "enum": ["true", "false"]},
                            "With counts, verbs and nested actors.", "true"),
    "X-OpenRosa-Version": ({"type": "string", "enum": ["1.0"]}, "Always 1.0.", "1.0"),
    "X-XlsForm-FormId-Fallback": (_TEXT, "The form's ID where the workbook has none: its file name.", "hogares.xlsx"),
    "X-Action-Notes": (_TEXT, "What is noted in the history, percent-encoded.", "corrige%20la%20edad"),
    "If-None-Match": (_TEXT, "The tag of what the caller holds; 304 when it is still so.", ""),
    "Range": (_TEXT, "The part that is wanted.", "bytes=0-1023"),
}


def of_path(name: str, kind: str) -> dict:
    """The parameter for a name in an address. kind: of the converter of its route, segment, int or path."""
    schema, says, example = PATHS[name]
    schema = {**_NUMBER, "maximum": 2**53} if kind == "int" else {"type": "string", "minLength": 1}
    return {"name": wire(name), "in": "path", "required": True, "schema": schema, "description": says,
            "example": int(example) if kind == "int" else str(example)}


def of_query(name: str) -> dict:
    """The parameter for a name of the query."""
    schema, says, example = QUERY[name]
    told = {"name": name.partition(" ")[0], "in": "query", "schema": schema, "description": says}
    if name in NEEDED:
        told["required"] = True
    return told if example == "" else {**told, "example": example}


def of_header(name: str, required: bool = False) -> dict:
    """The parameter for a header."""
    schema, says, example = HEADERS[name]
    told = {"name": name, "in": "header", "schema": schema, "description": says}
    return {**told, **({"required": True} if required else {}), **({"example": example} if example else {})}


def wire(name: str) -> str:
    """A name of an address as the description has it: project_id is projectId."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
