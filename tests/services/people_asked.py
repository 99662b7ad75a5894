"""A form about people with answers of every kind, sent often enough to be counted, for tests of what is counted.

It must not know what is made of it. Twelve records: see `PEOPLE`.
"""

from tests import builders

FORM = """
| survey |
|  | type                  | name    | label::Español (es) | label::English (en) | relevant |
|  | start                 | inicio  |           |            | |
|  | text                  | nombre  | Nombre    | Name       | |
|  | note                  | aviso   | Gracias   | Thanks     | |
|  | begin group           | datos   | Sus datos | About you  | |
|  | select_one sexo       | sexo    | Sexo      | Sex        | |
|  | integer               | edad    | Edad      | Age        | |
|  | select_one si_no      | gestante | ¿Gestante? | Pregnant? | ${sexo} = 'mujer' |
|  | select_multiple medio | medios  | Medios    | Media      | |
|  | date                  | visita  | Visita    | Visit      | |
|  | geopoint              | punto   | Punto     | Point      | |
|  | text                  | nota    | Nota      | Note       | |
|  | end group             |         |           |            | |
|  | begin repeat          | hijos   | Hijos     | Children   | |
|  | text                  | hijo    | Hijo      | Child      | |
|  | select_one si_no      | estudia | ¿Estudia? | At school? | |
|  | end repeat            |         |           |            | |
| choices |
|  | list_name | name   | label::Español (es) | label::English (en) |
|  | sexo      | mujer  | Mujer  | Woman |
|  | sexo      | hombre | Hombre | Man   |
|  | si_no     | si     | Sí     | Yes   |
|  | si_no     | no     | No     | No    |
|  | medio     | radio  | Radio  | Radio |
|  | medio     | tv     | TV     | TV    |
| settings |
|  | form_title | form_id | version | default_language |
|  | Personas   | gente   | 1       | Español (es)     |
"""

# sex, age, media, children at school; seven women and five men
PEOPLE = [("mujer", 20, "radio", "si"), ("mujer", 21, "radio tv", "si"), ("mujer", 22, "radio", "si"),
          ("mujer", 23, "radio", "si"), ("mujer", 24, "radio", "no"), ("mujer", 35, "radio", "si"),
          ("mujer", 36, "radio", ""), ("hombre", 37, "tv", ""), ("hombre", 38, "radio tv", "si"),
          ("hombre", 39, "radio tv", "no"), ("hombre", 30, "tv", "no"), ("hombre", 31, "tv", "no")]


def send_people(units, phone, people=PEOPLE) -> None:
    """Nothing; the form is published, everybody has sent."""
    builders.a_form(units, FORM)
    for number, (sex, age, media, school) in enumerate(people, 1):
        pregnant = "<gestante>no</gestante>" if sex == "mujer" else ""
        child = f"<hijos><hijo>Niño {number}</hijo><estudia>{school}</estudia></hijos>" if school else ""
        body = (f"<nombre>Persona {number}</nombre><datos><sexo>{sex}</sexo><edad>{age}</edad>{pregnant}"
                f"<medios>{media}</medios><visita>2026-0{1 + number % 3}-11</visita></datos>{child}")
        assert phone.send(builders.a_submission("gente", "1", body, instance_id=f"uuid:{number}")).status_code == 201
    builders.run_steps(units)
