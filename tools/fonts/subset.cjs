// Makes the fonts of storefront/poster/lettering smaller: letters that titles have, without hints for old screens. It needs node; nothing
// else does. From a folder of its own:
//
//	npm install subset-font@2.9.0 @expo-google-fonts/{oswald@0.4.2,bodoni-moda@0.4.2,league-spartan@0.4.2,fraunces@0.4.1} \
//	    @expo-google-fonts/{noto-sans@0.4.2,noto-sans-devanagari@0.4.1,noto-sans-tamil@0.4.3,noto-kufi-arabic@0.4.3}
//	NODE_PATH=node_modules node <repository>/tools/fonts/subset.cjs node_modules/@expo-google-fonts <repository>/storefront/poster/lettering/fonts
const fs = require("fs");
const path = require("path");
const subset = require("subset-font");

const [from, to] = process.argv.slice(2);

const letters = (...ranges) =>
  ranges.map(([first, last]) => String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i))).join("");

const latin = letters(
  [0x20, 0x7e], [0xa0, 0x17f], [0x18f, 0x18f], [0x1a0, 0x1a1], [0x1af, 0x1b0], [0x1cd, 0x1dc], [0x1e6, 0x1e7], [0x1fa, 0x1ff], [0x218, 0x21b],
  [0x300, 0x304], [0x306, 0x30c], [0x323, 0x323], [0x327, 0x328], [0x1e80, 0x1e85], [0x1e9e, 0x1e9e], [0x1ea0, 0x1ef9],
  [0x2010, 0x2027], [0x2030, 0x203a], [0x20a0, 0x20bf], [0x2116, 0x2116], [0x2122, 0x2122], [0x2212, 0x2212],
);
const cyrillic = letters([0x400, 0x45f], [0x490, 0x493], [0x49a, 0x49b], [0x4a2, 0x4a3], [0x4ae, 0x4b1], [0x4d8, 0x4d9], [0x4e8, 0x4e9]);
const greek = letters([0x384, 0x3ce]);
const signs = letters([0x20, 0x40], [0xa0, 0xa0], [0x2013, 0x201d], [0x200c, 0x200d], [0x25cc, 0x25cc]);
const arabic = letters(
  [0x20, 0x40], [0xa0, 0xa0], [0xab, 0xab], [0xbb, 0xbb], [0x60c, 0x60c], [0x61b, 0x61b], [0x61f, 0x61f], [0x621, 0x655], [0x660, 0x66d], [0x670, 0x671],
  [0x679, 0x679], [0x67e, 0x67e], [0x686, 0x686], [0x688, 0x688], [0x691, 0x691], [0x698, 0x698], [0x6a9, 0x6a9], [0x6af, 0x6af], [0x6ba, 0x6ba],
  [0x6be, 0x6be], [0x6c1, 0x6c3], [0x6cc, 0x6cc], [0x6d2, 0x6d3], [0x6f0, 0x6f9], [0x200c, 0x200f],
);
const european = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "rlig", "calt"];

// Scripts that join their letters keep all features of their fonts.
const fonts = [
  ["oswald/700Bold/Oswald_700Bold.ttf", latin + cyrillic, european],
  ["bodoni-moda/900Black/BodoniModa_900Black.ttf", latin, european],
  ["league-spartan/800ExtraBold/LeagueSpartan_800ExtraBold.ttf", latin, european],
  ["fraunces/900Black_Italic/Fraunces_900Black_Italic.ttf", latin, european],
  ["noto-sans/600SemiBold/NotoSans_600SemiBold.ttf", latin + cyrillic + greek, european],
  ["noto-sans-devanagari/700Bold/NotoSansDevanagari_700Bold.ttf", signs + letters([0x900, 0x97f])],
  ["noto-sans-tamil/700Bold/NotoSansTamil_700Bold.ttf", signs + letters([0xb80, 0xbff], [0x964, 0x965])],
  ["noto-kufi-arabic/700Bold/NotoKufiArabic_700Bold.ttf", arabic],
];

(async () => {
  for (const [file, text, keepFeatures] of fonts) {
    const small = await subset(fs.readFileSync(path.join(from, file)), text, { targetFormat: "truetype", noHinting: true, keepFeatures, dropTables: ["DSIG"] });
    fs.writeFileSync(path.join(to, path.basename(file)), small);
    console.log(path.basename(file), small.length);
  }
})();
