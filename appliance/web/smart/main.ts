import sources from 'virtual:texts/phone';
import '$shared/base.css';
import { chooseLanguage } from '$shared/lib/i18n.svelte';
import { PRODUCT_LANGUAGES } from '$shared/lib/languages';
import { start } from '$shared/lib/start';
import Phone from './Phone.svelte';
import { languageWishes } from './visit.svelte';

const offered = PRODUCT_LANGUAGES.map((each) => each.code);
void start(Phone, sources, chooseLanguage(offered, languageWishes()));
