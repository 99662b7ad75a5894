"""Room of what people type about accounts: passwords, invitations, ends of accounts, filters of the history.

It checks shape only; services decide. Labels stand in the templates, messages in the catalogues.
"""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    PasswordField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

_NEW = [InputRequired(_("Escriba una contraseña.")), Length(10, 72, _("La contraseña lleva de 10 a 72 caracteres."))]


class OwnPasswordInput(FlaskForm):
    old = PasswordField(validators=[InputRequired(_("Escriba su contraseña de ahora.")), Length(max=200)])
    new = PasswordField(validators=_NEW)


class NewPasswordInput(FlaskForm):
    password = PasswordField(validators=_NEW)


class JoinInput(FlaskForm):
    name = StringField(validators=[DataRequired(_("Escriba su nombre.")), Length(max=200)])
    email = EmailField(validators=[DataRequired(_("Escriba su correo.")), Length(max=320)])
    password = PasswordField(validators=_NEW)


class ForgottenInput(FlaskForm):
    email = EmailField(validators=[DataRequired(_("Escriba su correo.")), Length(max=320)])


class InvitationInput(FlaskForm):
    """rows: all, phones (of these phones) or field (with these values of a field)."""

    email = EmailField(validators=[Optional(), Length(max=320)])
    name = StringField(validators=[Optional(), Length(max=200)])
    role = SelectField(validate_choice=False)
    form = SelectField(validate_choice=False)
    rows = SelectField(choices=dict.fromkeys(("all", "phones", "field"), ""), default="all")
    phones = SelectMultipleField(validate_choice=False)
    field = SelectField(validate_choice=False)
    values = StringField(validators=[Optional(), Length(max=2000)])
    until = DateField(validators=[Optional()])
    mail = BooleanField()


class EndInput(FlaskForm):
    until = DateField(validators=[Optional()])


class ActivityFilter(FlaskForm):
    """What the history is narrowed to; it stands in the address, so it needs no token."""

    class Meta:
        csrf = False

    kind = SelectField(validate_choice=False)
    who = SelectField(validate_choice=False)
    record = SearchField(validators=[Optional(), Length(max=300)])
    since = DateField(validators=[Optional()])
    until = DateField(validators=[Optional()])
