"""Messages and files that openssl and gpg encrypt: nothing in them is readable."""

import email.encoders
import email.message
import pathlib
import subprocess
import tempfile
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart

from plan import LABELLED, place

LETTER = f"Content-Type: text/plain\r\n\r\n{LABELLED}\r\n".encode()


def sealed(name, gap):
    """Gives the function a folder to work in; it gives the bytes of the file."""

    def wrap(make):
        def write(path):
            with tempfile.TemporaryDirectory() as folder:
                pathlib.Path(path).write_bytes(make(folder))

        write.__doc__ = make.__name__.replace("_", " ")
        return place("sealed", name, gap=gap, found=False)(write)

    return wrap


def run(folder, *command):
    return subprocess.run(
        command, cwd=folder, input=LETTER, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ).stdout


def cms(folder, *options):
    """Encrypts by openssl, to a key that is made for it."""
    run(
        folder,
        *"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x.example -days 9".split(),
        *"-keyout key.pem -out certificate.pem".split(),
    )
    return run(folder, *"openssl cms -encrypt".split(), *options, "certificate.pem")


@sealed("letter.p7m", "encrypted smime")
def a_file_of_smime(folder):
    return cms(folder, "-aes-256-cbc", "-outform", "DER")


@sealed("streamed.p7m", "encrypted smime")
def a_file_of_smime_in_pieces(folder):
    return cms(folder, "-aes-256-cbc", "-stream", "-outform", "DER")


@sealed("authenticated.p7m", "encrypted smime")
def a_file_of_smime_with_an_authenticating_cipher(folder):
    return cms(folder, "-aes-256-gcm", "-outform", "DER")


# Its type says it as well, and no format.
@sealed("smime.eml", "encrypted, encrypted smime")
def a_message_by_smime(folder):
    return cms(folder, "-aes-256-cbc", "-subject", "nothing", "-from", "a@x.example")


def gpg(folder, *options):
    """Encrypts by gpg with a password."""
    home = pathlib.Path(folder, "home")
    home.mkdir(mode=0o700)
    try:
        return run(
            folder,
            *"gpg --homedir home --batch --quiet --pinentry-mode loopback".split(),
            *"--passphrase secret --symmetric --cipher-algo AES256".split(),
            *options,
        )
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "gpg-agent"], check=True)


@sealed("letter.asc", "encrypted pgp")
def a_file_of_gpg_in_armour(folder):
    return gpg(folder, "--armor")


@sealed("inline.eml", "encrypted pgp")
def a_message_with_its_text_in_armour(folder):
    made = email.message.EmailMessage()
    made["From"], made["Subject"] = "a@x.example", "nothing"
    made.set_content(gpg(folder, "--armor").decode())
    return made.as_bytes()


@sealed("mime.eml", "encrypted, encrypted pgp")
def a_message_by_pgp_mime(folder):
    made = MIMEMultipart("encrypted", protocol="application/pgp-encrypted")
    made["From"], made["Subject"] = "a@x.example", "nothing"
    plain = email.encoders.encode_7or8bit
    made.attach(MIMEApplication(b"Version: 1\r\n", "pgp-encrypted", plain))
    made.attach(MIMEApplication(gpg(folder, "--armor"), "octet-stream", plain))
    return made.as_bytes()
