// Shows the advice while the form is filled in. The server computes it, as it does without this script.
(() => {
  const form = document.getElementById("weighing");
  let latest = 0;
  const renew = async () => {
    const number = ++latest;
    const fields = new URLSearchParams(new FormData(form));
    fields.set("do", "advise");
    const answer = await fetch(form.action, { method: "POST", body: fields });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const advice = page.getElementById("advice");
    const shown = document.getElementById("advice");
    if (number !== latest || !advice || !shown) return;
    // What is not new is not put back: a screen reader would say it once more.
    if (advice.textContent !== shown.textContent) shown.replaceChildren(...advice.childNodes);
  };
  form.addEventListener("change", (event) => {
    if (/^(blocker$|score-|sentence-)/.test(event.target.name)) renew();
  });
})();
