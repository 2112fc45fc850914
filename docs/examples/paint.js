/**
 * Draws the images that `sample` tells and `sample()` gives on a canvas, in rows: one byte a pixel,
 * 0 background to 255 ink; three bytes where a model is coloured.
 */
export function paint(canvas, { width, height, count, channels, pixels }, columns) {
  canvas.width = columns * width;
  canvas.height = Math.ceil(count / columns) * height;
  const context = canvas.getContext('2d');
  for (let image = 0; image < count; image += 1) {
    const tile = context.createImageData(width, height);
    for (let pixel = 0; pixel < width * height; pixel += 1) {
      const from = (image * width * height + pixel) * channels;
      for (let channel = 0; channel < 3; channel += 1) {
        tile.data[4 * pixel + channel] = pixels[from + (channels === 3 ? channel : 0)];
      }
      tile.data[4 * pixel + 3] = 255;
    }
    context.putImageData(tile, (image % columns) * width, Math.floor(image / columns) * height);
  }
}
