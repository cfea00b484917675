// Puts episodes into the places that are marked for them, and hears the keys.

const dataOf = kind => [...document.querySelectorAll(`script[data-kind="${kind}"]`)];
const drawingData = dataOf("drawing")[0].textContent;
const episodeData = dataOf("episode");
/// `#step=120&camera=follow&episode=1` of the page's address; with `only=picture` there is nothing else.
const request = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
if (request.step !== undefined) request.step = +request.step || 0;
if (request.only === "picture") document.body.classList.add("bare");
let player;

/// Shows an episode in an element.
async function show(place, number, request = {}) {
  player?.end();
  player = undefined;
  try {
    // each renderer reads the meshes from their beginning
    const [drawing, episode] = [await unpack(drawingData), await Episode.read(episodeData[number].textContent)];
    player = new Player(place, episode, drawing, request);
  } catch (error) {
    place.replaceChildren(element("p", {className: "failure", textContent:
      `This episode cannot be shown here: ${error.message || error}. A browser of 2023 or later can.`}));
  }
}

document.addEventListener("keydown", event => {
  if (!player?.place.isConnected || event.target.tagName === "SELECT") return;
  if (event.key === " " && event.target.tagName === "BUTTON") return;
  if (player.press(event)) event.preventDefault();
});

for (const place of document.querySelectorAll(".player[data-episode]")) {
  if (episodeData.length > 1) {
    const list = element("select", {title: "episode"},
      ...episodeData.map(data => element("option", {textContent: data.dataset.name})));
    list.addEventListener("change", () => show(place, list.selectedIndex));
    place.before(list);
  }
  show(place, Math.min(+request.episode || 0, episodeData.length - 1), request);
}
