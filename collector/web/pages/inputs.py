"""Room of what people type into pages: WTForms inputs (never called forms: a form is an ODK form).

They check shape only; services decide. Labels stand in the templates, messages in the catalogues.
"""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional


class SignInInput(FlaskForm):
    email = EmailField(validators=[DataRequired(_("Escriba su correo.")), Length(max=320)])
    password = PasswordField(validators=[InputRequired(_("Escriba su contraseña.")), Length(max=200)])
    next = HiddenField()


class ProjectInput(FlaskForm):
    name = StringField(validators=[DataRequired(_("Escriba el nombre del proyecto.")), Length(max=200)])
    language = SelectField(choices={"es": "Español", "en": "English"})
    timezone = StringField(validators=[DataRequired(_("Elija la zona horaria.")), Length(max=64)])


class UploadInput(FlaskForm):
    file = FileField(validators=[FileRequired(_("Elija el archivo XLSForm (.xlsx, .xls) o XForm (.xml)."))])
    ignore_warnings = BooleanField()


class MediaInput(FlaskForm):
    file = FileField(validators=[FileRequired(_("Elija el archivo."))])


class PublishInput(FlaskForm):
    version = StringField(validators=[Optional(), Length(max=200)])


class StateInput(FlaskForm):
    state = SelectField(choices=dict.fromkeys(("open", "closing", "closed"), ""))


class PhoneInput(FlaskForm):
    name = StringField(validators=[DataRequired(_("Escriba un nombre: por ejemplo, «Teléfono 04»."))])
    reach = SelectField(choices={"all": "", "some": ""}, default="all")
    forms = SelectMultipleField(validate_choice=False)


class LinkInput(FlaskForm):
    name = StringField(validators=[DataRequired(), Length(max=200)])
    once = BooleanField()


class RecordFilter(FlaskForm):
    """What narrows the list of submissions; it stands in the address, so it needs no token."""

    class Meta:
        csrf = False

    q = SearchField(validators=[Optional(), Length(max=200)])
    form = SelectField(validate_choice=False)
    state = SelectField(validate_choice=False)
    files = SelectField(validate_choice=False)
    finding = SelectField(validate_choice=False)
    phone = SelectField(validate_choice=False)
    since = DateField(validators=[Optional()])
    until = DateField(validators=[Optional()])


class ReturnFilter(FlaskForm):
    """What narrows the list of returns; it stands in the address, so it needs no token."""

    class Meta:
        csrf = False

    state = SelectField(validate_choice=False)
    form = SelectField(validate_choice=False)
    phone = SelectField(validate_choice=False)


class ReturnInput(FlaskForm):
    """What goes back with a record; the fields and their reasons stand beside it under names of their own."""

    seen = HiddenField(validators=[Optional(), Length(max=300)])
    due = StringField(validators=[Optional(), Length(max=10)])
    words = TextAreaField(validators=[Optional(), Length(
        max=1000, message=_("Lo que escriba puede tener hasta 1000 letras."))])
    show_values = BooleanField()


class SettleInput(FlaskForm):
    note = TextAreaField(validators=[DataRequired(_("Escriba por qué queda así.")), Length(
        max=2000, message=_("La nota puede tener hasta 2000 letras."))])


class PolicyInput(FlaskForm):
    policy = SelectField(choices={"observe": "", "refuse": ""}, default="observe")
    refuse = SelectMultipleField(validate_choice=False)


class RuleInput(FlaskForm):
    """All that rules of any type are declared with; each type shows its own, pages give choices their words."""

    field = SelectField(validate_choice=False)
    other = SelectField(validate_choice=False)
    scope = SelectField(choices=dict.fromkeys(("form", "project"), ""))
    order = SelectField(choices=dict.fromkeys(("not_after", "not_before"), ""))
    latitude = StringField()
    longitude = StringField()
    metres = StringField()
    south = StringField()
    west = StringField()
    north = StringField()
    east = StringField()
    minutes = StringField()
    also = SelectMultipleField(validate_choice=False)
    waiting = SelectMultipleField(validate_choice=False)
    date = SelectField(validate_choice=False)
    community = SelectField(validate_choice=False)
    dataset = SelectField(validate_choice=False)
    severity = SelectField(choices=dict.fromkeys(("error", "warning", "note"), ""), default="warning")
    message_es = StringField()
    message_en = StringField()


class RecipeInput(FlaskForm):
    name = StringField(validators=[DataRequired(_("Escriba un nombre para la receta.")), Length(max=120)])
    file = FileField()


class MappingInput(FlaskForm):
    to = SelectField(validate_choice=False)
    reason = TextAreaField(validators=[DataRequired(_("Escriba por qué son la misma pregunta.")), Length(max=1000)])


class StatisticsInput(FlaskForm):
    """What is counted; it stands in the address, so it needs no token."""

    class Meta:
        csrf = False

    form = SelectField(validate_choice=False)
    data = SelectField(validate_choice=False)
    state = SelectField(validate_choice=False)
    cross = SelectField(validate_choice=False)
    since = DateField(validators=[Optional()])
    until = DateField(validators=[Optional()])


class ExportInput(FlaskForm):
    """What is to come out. The button that asks for it carries the token: the page can be asked with it by address."""

    form = SelectField(validate_choice=False)
    data = SelectField(validate_choice=False)
    state = SelectField(validate_choice=False)
    since = DateField(validators=[Optional()])
    until = DateField(validators=[Optional()])
    language = SelectField(validate_choice=False)
    format = SelectMultipleField(validate_choice=False)
    labels = BooleanField()
    split = BooleanField()
    files = BooleanField()
    neutralise = BooleanField()
    bom = BooleanField()
    names = BooleanField()
    purpose = StringField(validators=[Optional(), Length(max=2000)])
    only = HiddenField()  # the filter of a list, as a query string


class DismissInput(FlaskForm):
    note = TextAreaField(validators=[DataRequired(_("Escriba por qué se descarta.")), Length(max=2000)])


class PersonInput(FlaskForm):
    name = StringField(validators=[DataRequired(_("Escriba el nombre.")), Length(max=200)])
    email = EmailField(validators=[DataRequired(_("Escriba el correo.")), Length(max=320)])
    role = SelectField(validate_choice=False)
    form = SelectField(validate_choice=False)
    password = PasswordField(validators=[InputRequired(_("Escriba una contraseña para empezar.")),
                                         Length(10, 72, _("La contraseña lleva de 10 a 72 caracteres."))])


class GrantInput(FlaskForm):
    """A grant that changes: its role, and the records that it is limited to."""

    role = SelectField(validate_choice=False)
    phones = SelectMultipleField(validate_choice=False)
    field = SelectField(validate_choice=False)
    values = StringField()


class LanguageInput(FlaskForm):
    language = SelectField(choices={"es": "Español", "en": "English"})
    theme = SelectField(choices={"": "", "light": "", "dark": ""}, validate_choice=False)
    next = HiddenField()


class DatasetInput(FlaskForm):
    name = StringField(validators=[DataRequired(_("Escriba el nombre del padrón, por ejemplo «comunidades».")),
                                   Length(max=255)])
    approval = BooleanField()


class PropertyInput(FlaskForm):
    name = StringField(validators=[DataRequired(_("Escriba el nombre de la propiedad, por ejemplo «distrito».")),
                                   Length(max=255)])


class EntityFilter(FlaskForm):
    """What narrows an entity list; it stands in the address, so it needs no token."""

    class Meta:
        csrf = False

    q = SearchField(validators=[Optional(), Length(max=200)])
    property = SelectField(validate_choice=False)
    value = StringField(validators=[Optional(), Length(max=200)])
    state = SelectField(validate_choice=False)
    creator = StringField(validators=[Optional(), Length(max=15)])
