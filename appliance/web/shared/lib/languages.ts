/** Every language that the product has texts in, named in itself. */
export const PRODUCT_LANGUAGES: readonly { code: string; name: string }[] = [
  { code: 'en-gb', name: 'English' },
  { code: 'hu', name: 'Magyar' },
  { code: 'ru', name: '\u0420\u0443\u0441\u0441\u043a\u0438\u0439' },
  { code: 'ar', name: '\u0627\u0644\u0639\u0631\u0628\u064a\u0629' },
];
