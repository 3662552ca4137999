// A form that needs a passkey asks the browser for it, and sends what it answers.
const { credentials } = navigator;
const known = window.PublicKeyCredential;

async function ask(form) {
  const options = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === "create") {
    return credentials.create({ publicKey: known.parseCreationOptionsFromJSON(options) });
  }
  return credentials.get({ publicKey: known.parseRequestOptionsFromJSON(options) });
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!known?.parseRequestOptionsFromJSON) break;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    if (!form.reportValidity()) return;
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify((await ask(form)).toJSON());
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
