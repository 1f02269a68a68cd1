import { t } from '$shared/lib/i18n.svelte';
import type { Span } from './view';

/** A rounded span of minutes, in words. */
export function minutesText(span: Span): string {
  return span.low === 0 ? t('phone-minutes-under', { high: span.high }) : t('phone-minutes-span', { low: span.low, high: span.high });
}
