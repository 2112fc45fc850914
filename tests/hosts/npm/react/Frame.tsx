export function Frame() {
  return (
    <iframe
      src="/ganvas/embed.html?preset=quick&seed=42&lang=zh"
      title="Ganvas"
      loading="lazy"
      style={{ width: '100%', height: 700, border: 0 }}
    />
  );
}
