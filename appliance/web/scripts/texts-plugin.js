// Vite: `import sources from 'virtual:texts/phone'` gives a loader for each language, so that a page
// fetches one file of texts and no other language's.
import { bare, filesOf, languages, read } from './ftl.js';

const NAME = 'virtual:texts/';

export function texts(folder) {
  return {
    name: 'anteroom-texts',
    resolveId(id) {
      return id.startsWith(NAME) ? `\0${id}` : undefined;
    },
    load(id) {
      if (!id.startsWith(`\0${NAME}`)) return undefined;
      const [page, language] = id.slice(NAME.length + 1).split('/');
      if (language === undefined) {
        const each = languages(folder).map((code) => `${JSON.stringify(code)}: () => import(${JSON.stringify(`${NAME}${page}/${code}`)})`);
        return `export default { ${each.join(', ')} };`;
      }
      const files = filesOf(folder, language, page);
      for (const file of files) this.addWatchFile(file);
      return `export default ${JSON.stringify(files.map((file) => bare(read(file))).join(''))};`;
    },
  };
}
