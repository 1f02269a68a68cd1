/** Two notes, twice: heard in a full room, and soon over. */
const NOTES: readonly [startS: number, hz: number][] = [
  [0, 659.25],
  [0.22, 880],
  [0.75, 659.25],
  [0.97, 880],
];

const NOTE_S = 0.42;
const LOUDNESS = 0.5;
const SOFT_LOUDNESS = 0.15;

/** What a phone does in a pocket, in milliseconds: on, off, on ... */
const BUZZ: readonly number[] = [300, 120, 300, 120, 600];

let audio: AudioContext | null = null;

/** Sound may only be made after a touch: call this in the first one. */
export function allowSound(): void {
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') void audio.resume();
  } catch {
    audio = null;
  }
}

/** Whether a sound would be heard now. */
export function soundAllowed(): boolean {
  return audio?.state === 'running';
}

/** Tells at once, and whenever it changes, whether a sound would be heard. Gives back what ends it. */
export function watchSound(told: (allowed: boolean) => void): () => void {
  allowSound();
  told(soundAllowed());
  if (!audio) return () => undefined;
  const watched = audio;
  const changed = (): void => told(soundAllowed());
  watched.addEventListener('statechange', changed);
  return () => watched.removeEventListener('statechange', changed);
}

/** A chime. */
export function chime(): void {
  play(NOTES, LOUDNESS);
}

/** One soft note, for whoever sits beside it. */
export function softNote(): void {
  play([[0, 784]], SOFT_LOUDNESS);
}

function play(notes: readonly [startS: number, hz: number][], loudness: number): void {
  if (!audio || audio.state === 'suspended') allowSound();
  if (!audio) return;
  const start = audio.currentTime + 0.03;
  for (const [at, hz] of notes) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.type = 'triangle';
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(0.0001, start + at);
    volume.gain.exponentialRampToValueAtTime(loudness, start + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + at + NOTE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(start + at);
    tone.stop(start + at + NOTE_S);
  }
}

export function buzz(): void {
  // Not before a touch: browsers would only complain.
  if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.([...BUZZ]);
}

let lock: WakeLockSentinel | null = null;
let awake = false;

/** Keeps the screen on while the page is looked at; only on https and loopback. */
export function stayAwake(on: boolean): void {
  if (on !== awake) {
    awake = on;
    if (on) document.addEventListener('visibilitychange', takeLock);
    else document.removeEventListener('visibilitychange', takeLock);
  }
  if (on) takeLock();
  else {
    void lock?.release().catch(() => undefined);
    lock = null;
  }
}

function takeLock(): void {
  if (!awake || document.visibilityState !== 'visible' || !('wakeLock' in navigator) || (lock && !lock.released)) return;
  void navigator.wakeLock
    .request('screen')
    .then((taken) => {
      if (awake) lock = taken;
      else void taken.release();
    })
    // A low battery says no.
    .catch(() => undefined);
}
