const lab = document.querySelector('ganvas-lab');
const [button, output] = [document.querySelector('button'), document.querySelector('output')];
button.addEventListener('click', () => lab.train({ steps: 3 }));
lab.addEventListener('report', ({ detail }) => {
  output.textContent = String(detail.step);
});
