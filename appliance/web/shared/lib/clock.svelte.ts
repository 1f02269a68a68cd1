/** The branch's time, going on by this device's steady clock: a phone's own clock may be years off. */
let base = Date.now();
let mark = performance.now();
let beat = $state(0);
let beats: ReturnType<typeof setInterval> | null = null;

/** Tells what time it is at the branch, as an answer said. */
export function setBranchTime(nowMs: number): void {
  base = nowMs;
  mark = performance.now();
  beat += 1;
}

/** Milliseconds since the epoch, at the branch. */
export function branchNow(): number {
  return base + (performance.now() - mark);
}

/** Branch time of a moment that this device's own clock has told. */
export function atBranch(deviceMs: number): number {
  return branchNow() - (Date.now() - deviceMs);
}

/** The same, for what is shown: whoever reads it is drawn again each second. Call `startClock` once. */
export function shownNow(): number {
  void beat;
  return branchNow();
}

/** Lets `shownNow` go on; gives back what stops it. */
export function startClock(): () => void {
  beats ??= setInterval(() => (beat += 1), 1_000);
  return () => {
    if (beats) clearInterval(beats);
    beats = null;
  };
}
