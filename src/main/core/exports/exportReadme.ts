import { sideOf, type ModelCard } from '../../../shared/training.ts';

/** Text for the person who receives an exported folder. */
export function writeReadme(card: ModelCard, parityImages: number): string {
  const { recipe } = card;
  const resolution = sideOf(recipe);
  const network =
    'features' in recipe ? `${recipe.features.backbone} ${recipe.features.width}` : 'Simple_CNN';
  return `${oneLine(card.name)}
An image classifier made with Fovea Studio.

For research use only. Not a medical device.


HOW TO USE IT

This folder is a web page that needs a web server, any will do, but not the server's help: every picture is
classified inside the browser and nothing is uploaded. To try it on your own machine:

    cd "this folder"
    python3 -m http.server --bind 127.0.0.1 8000        (or: npx serve)

then open http://127.0.0.1:8000 in a browser and drop pictures or a folder on the page. Opening index.html from
disk does not work: browsers do not let such a page read the model beside it.

"Check against the studio" classifies ${parityImages} pictures of the library again and compares every probability
with what the studio said. Fovea Studio itself reads this folder too:

    fovea predict FOLDER-OF-PICTURES --from "this folder"


WHAT IS IN IT

index.html, assets/, wasm/   the page, its script and the TensorFlow.js engine
model.json, weights.bin      the network as a TensorFlow.js layers model: ${network}, head, softmax
classes.json                 class names in the order of the model's output, and the preprocessing
card.json                    how it was trained and how good it is
parity/                      ${parityImages} pictures of the library with the studio's probabilities. They are real
                             pictures: delete this folder before giving the page to people who must not see them
manifest.json                SHA-256 of every file


PREPROCESSING, FOR OTHER PROGRAMS

Decode to 8-bit sRGB (orientation applied, transparency on white), resize to ${resolution} x ${resolution} with an antialiased
triangle filter without keeping the aspect (Pillow: Image.resize((${resolution}, ${resolution}), Image.BILINEAR)), then x / 127.5 - 1.
The output is one calibrated probability per class.
`;
}

/** A name as one line of plain text: no control characters, no line ends. */
function oneLine(name: string): string {
  return name.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}
