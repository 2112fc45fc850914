npx webpack ./main.js --mode production -o dist
