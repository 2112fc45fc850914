/** Files that are dropped on the element, whatever it shows: without this the browser opens them. */

/**
 * @param {HTMLElement} element
 * @param {(transfer: DataTransfer) => void} take
 */
export function acceptFiles(element, take) {
  for (const type of /** @type {const} */ (['dragover', 'drop'])) {
    element.addEventListener(type, (event) => {
      const { dataTransfer } = event;
      if (!dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      if (type === 'drop') take(dataTransfer);
    });
  }
}

/**
 * The files, and the names of folders, whose content a page is not given this way.
 *
 * @param {DataTransfer} transfer
 */
export function droppedFiles({ items, files }) {
  const folders = [...items]
    .map((item) => item.webkitGetAsEntry?.())
    .filter((entry) => entry?.isDirectory)
    .map((entry) => entry?.name ?? '');
  return { files: [...files].filter(({ name }) => !folders.includes(name)), folders };
}
