// A click on an episode opens its replay over the report.

function openEpisode(number) {
  const place = element("div", {className: "player"});
  const form = element("form", {method: "dialog"},
    element("strong", {textContent: episodeData[number].dataset.name}), element("button", {textContent: "Close"}));
  const dialog = element("dialog", {}, form, place);
  dialog.addEventListener("close", () => {
    player?.end();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  // so that the space bar plays, and does not close
  show(place, number, request).then(() => player?.canvas.focus());
}

for (const mark of document.querySelectorAll("[data-watch]")) {
  const act = () => openEpisode(+mark.dataset.watch);
  mark.addEventListener("click", act);
  // what is no button by itself
  if (mark.tagName !== "BUTTON") {
    mark.addEventListener("keydown", event => event.key === "Enter" && act());
  }
}

if (request.episode !== undefined) openEpisode(Math.min(+request.episode || 0, episodeData.length - 1));
