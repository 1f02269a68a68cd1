// The texts of a page: a loader for each language. Made by scripts/texts-plugin.js.
declare module 'virtual:texts/*' {
  const sources: Record<string, () => Promise<{ default: string }>>;
  export default sources;
}
