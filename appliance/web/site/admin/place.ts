/** A place on earth in millionths of a degree; what was typed where it is none. */
export type Coordinates = [number, number] | string | null;

const DEGREES = /^\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*$/;

/** Latitude and longitude as maps show them; what is neither stays as it was typed, so that it can be mended. */
export function placeOf(text: string): Coordinates {
  if (text.trim() === '') return null;
  const [, north, east] = DEGREES.exec(text) ?? [];
  const [latitude, longitude] = [Number(north), Number(east)];
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return text;
  return [Math.round(latitude * 1e6), Math.round(longitude * 1e6)];
}

export function placeText(place: Coordinates): string {
  if (place === null || typeof place === 'string') return place ?? '';
  return place.map((each) => String(each / 1e6)).join(', ');
}
