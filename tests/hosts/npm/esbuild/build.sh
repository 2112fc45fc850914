npx esbuild main.js --bundle --format=esm --splitting --outdir=dist
cp -r node_modules/ganvas ganvas
