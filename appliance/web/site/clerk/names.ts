import { language, PSEUDO, FALLBACK } from '$shared/lib/i18n.svelte';
import { PRODUCT_LANGUAGES } from '$shared/lib/languages';

/** A visitor's language: named in itself where the product speaks it, else in the clerk's. */
export function languageName(code: string): string {
  const known = PRODUCT_LANGUAGES.find((each) => each.code === code.toLowerCase());
  if (known) return known.name;
  try {
    return new Intl.DisplayNames(language() === PSEUDO ? FALLBACK : language(), { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
