import sources from 'virtual:texts/clerk+sign-in';
import '$shared/base.css';
import '$shared/fonts.css';
import { chooseLanguage } from '$shared/lib/i18n.svelte';
import { kept } from '$shared/lib/kept';
import { PRODUCT_LANGUAGES } from '$shared/lib/languages';
import { start } from '$shared/lib/start';
import Clerk from './Clerk.svelte';

const asked = new URLSearchParams(location.search).get('lang');
const code = chooseLanguage(
  PRODUCT_LANGUAGES.map((each) => each.code),
  [asked, kept('anteroom.language'), ...navigator.languages],
);
void start(Clerk, sources, code);
