// Fingers and mouse on the comparison: one drags the wipe or the picture, two zoom.

const WIPE_PIXELS = 24; // so near to the line it is the line that is dragged

export class Pointers {
  /** @param compare the element of compare.js */
  constructor(compare) {
    this.compare = compare;
    this.down = new Map();
    this.compare.stage.addEventListener('pointerdown', (e) => this.grab(e));
  }

  grab(e) {
    if (e.button !== 0) return;
    const { stage, view, dataset } = this.compare;
    this.down.set(e.pointerId, e);
    stage.setPointerCapture(e.pointerId);
    stage.focus({ preventScroll: true });
    const box = stage.getBoundingClientRect();
    const wiping = dataset.mode === 'wipe' && (view.zoom === 1 || Math.abs(e.clientX - box.left - view.wipe * box.width) < WIPE_PIXELS);
    if (wiping) this.compare.setWipe((e.clientX - box.left) / box.width);
    if (this.down.size === 1) this.follow(wiping, box);
  }

  follow(wiping, box) {
    const { stage } = this.compare;
    const over = new AbortController();
    const { signal } = over;
    const released = (e) => {
      this.down.delete(e.pointerId);
      if (this.down.size) return;
      over.abort();
      this.compare.tell();
    };
    stage.addEventListener('pointermove', (e) => this.drag(e, wiping, box), { signal });
    stage.addEventListener('pointerup', released, { signal });
    stage.addEventListener('pointercancel', released, { signal });
  }

  drag(now, wiping, box) {
    const before = this.down.get(now.pointerId);
    if (!before) return;
    const other = [...this.down.values()].find((p) => p.pointerId !== now.pointerId);
    const { compare } = this;
    if (other) {
      const apart = (p) => Math.hypot(p.clientX - other.clientX, p.clientY - other.clientY) || 1;
      compare.zoomTo((compare.view.zoom * apart(now)) / apart(before), { clientX: (now.clientX + other.clientX) / 2, clientY: (now.clientY + other.clientY) / 2 });
    } else if (wiping) {
      compare.setWipe((now.clientX - box.left) / box.width);
    } else {
      compare.dragBy(now.clientX - before.clientX, now.clientY - before.clientY);
    }
    this.down.set(now.pointerId, now);
  }
}
