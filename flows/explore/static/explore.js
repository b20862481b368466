// What needs a script: copying, and moving by keyboard. Every page works without.
"use strict";

const said = document.getElementById("said");

function say(message) {
  said.textContent = message;
  setTimeout(() => { said.textContent = ""; }, 2500);
}

async function copy(button) {
  const text = button.parentElement.querySelector(".text");
  try {
    await navigator.clipboard.writeText(text.textContent);
    say("Copied.");
  } catch {
    getSelection().selectAllChildren(text);
    say("Selected: press Ctrl+C to copy.");
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

function light(index) {
  for (const mark of document.querySelectorAll("mark.lit")) mark.classList.remove("lit");
  for (const mark of document.querySelectorAll("mark[data-quote]"))
    if (mark.dataset.quote === index) mark.classList.add("lit");
}

function lightTarget() {
  const found = /^#q(\d+)$/.exec(location.hash);
  if (found) light(found[1]);
}
addEventListener("hashchange", lightTarget);
lightTarget();

// "/" goes to the search, j and k to the next and the previous result, Enter opens it.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, button, a, summary")) return;
  const hits = [...document.querySelectorAll(".hit")];
  const at = hits.indexOf(document.activeElement.closest(".hit"));
  if (event.key === "/") {
    (document.querySelector(".filters [name=words]") || document.getElementById("jump")).focus();
  } else if (event.key === "j" && at + 1 < hits.length) {
    hits[at + 1].focus();
  } else if (event.key === "k" && at > 0) {
    hits[at - 1].focus();
  } else if (event.key === "Enter" && at >= 0) {
    hits[at].querySelector(".where a").click();
  } else {
    return;
  }
  event.preventDefault();
});
