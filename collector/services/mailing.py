"""Room that hands messages to the server of mail that the settings name.

It must not know what they say (`domain/mails`). Steps of `services/invitations` and `services/resets` call it in the
worker, outside of any transaction; what fails is tried again by `services/tasks`.
"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from collector.domain.mails import Mail
from collector.services.unit import UnitOfWork

PATIENCE = 10.0  # seconds for each answer of the server of mail


def send_once(unit: UnitOfWork, mail: Mail, key: tuple) -> None:
    """Nothing; the message was taken by the server of mail, also when this step was begun before with the same key.

    Raises OSError, smtplib.SMTPException.
    """
    sent = unit.units.memory.setdefault("mailed", set())
    if key in sent:
        return
    unit.rest()  # the database need not wait for the server of mail
    _send(unit, mail)
    sent.add(key)


def _send(unit: UnitOfWork, mail: Mail) -> None:
    given = unit.settings
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = given.smtp_from, mail.to, mail.subject
    message["Date"] = format_datetime(unit.now())
    message["Message-ID"] = make_msgid(domain=given.smtp_from.rpartition("@")[2].strip("> "))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    context = ssl.create_default_context()
    if given.smtp_security == "tls":
        server = smtplib.SMTP_SSL(given.smtp_host, given.smtp_port, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(given.smtp_host, given.smtp_port, timeout=PATIENCE)
    with server:
        if given.smtp_security == "starttls":
            server.starttls(context=context)
        if given.smtp_user:
            server.login(given.smtp_user, given.smtp_password)
        server.send_message(message)
