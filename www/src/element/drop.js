/** Files that are dropped on the element, whatever it shows: without this the browser opens them. */

/**
 * @param {HTMLElement} element
 * @param {(transfer: DataTransfer) => void} take
 * @returns {() => void} ends it
 */
export function acceptFiles(element, take) {
  /** @param {DragEvent} event */
  const over = (event) => {
    if (carriesFiles(event)) event.preventDefault();
  };
  /** @param {DragEvent} event */
  const drop = (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) take(event.dataTransfer);
  };
  element.addEventListener('dragover', over);
  element.addEventListener('drop', drop);
  return () => {
    element.removeEventListener('dragover', over);
    element.removeEventListener('drop', drop);
  };
}

/** @param {DragEvent} event */
const carriesFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files') === true;

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
