// Keeps the page current, field by field; without this module the page is whole and is reloaded by hand or by itself.
const language = document.body.dataset.language;
const lost = document.querySelector(".lost");

function put(element, text) {
  if (element !== null && element.textContent !== text) {
    element.textContent = text;
  }
}

function pouchItem(machine, pouch) {
  const item = document.createElement("li");
  item.dataset.film = pouch.film;
  item.dataset.mark = pouch.mark;
  const picture = document.createElement("img");
  picture.src = `/picture/${encodeURIComponent(machine)}/${pouch.film}.svg`;
  picture.alt = picture.title = pouch.told;
  picture.width = 120;
  picture.height = 105;
  const name = document.createElement("span");
  name.textContent = pouch.name;
  const outcome = document.createElement("b");
  outcome.textContent = pouch.outcome;
  item.append(picture, name, " ", outcome);
  return item;
}

function show(machine) {
  const article = document.getElementById(machine.id);
  if (article === null) {
    return;
  }
  article.dataset.mark = machine.mark;
  article.dataset.wrong = machine.fields.wrong;
  for (const [name, text] of Object.entries(machine.fields)) {
    put(article.querySelector(`[data-field="${name}"]`), text);
  }
  const list = article.querySelector(".pouches");
  const there = [...list.querySelectorAll("li[data-film]")].map((item) => item.dataset.film).join();
  if (there !== machine.pouches.map((pouch) => String(pouch.film)).join()) {
    list.replaceChildren(...machine.pouches.map((pouch) => pouchItem(machine.id, pouch)));
  }
}

const source = new EventSource(`/events?lang=${language}`);
source.onmessage = (event) => {
  lost.hidden = true;
  JSON.parse(event.data).forEach(show);
};
source.onerror = () => {
  lost.hidden = false;
};
