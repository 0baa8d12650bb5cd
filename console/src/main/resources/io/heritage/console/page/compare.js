// <media-compare>: two pictures, lists of frames or videos against each other. Wipe, side by side, toggle, difference;
// one zoom and place for both; exact frames when it stands still. No framework.
import { Controls, MODES, make } from './controls.js';
import { psnr } from './measure.js';
import { Pointers } from './pointers.js';
import { Side } from './sides.js';

const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32];
const MOST_ZOOM = 64;
const PAN_STEP = 0.1;
const STRENGTHS = [1, 4, 16];

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

class MediaCompare extends HTMLElement {
  constructor() {
    super();
    this.view = { mode: 'wipe', frame: 0, zoom: 1, x: 0.5, y: 0.5, wipe: 0.5 };
    this.strength = 1;
    this.showsB = true;
    this.playing = false;
    this.wantedFrame = -1;
    this.seenFrame = 0;
    this.a = new Side('a', () => this.layout());
    this.b = new Side('b', () => this.layout());
    this.fit = { width: 0, height: 0 };
  }

  connectedCallback() {
    if (!this.stage) this.build();
    this.observer = new ResizeObserver(() => this.layout());
    this.observer.observe(this.stage);
  }

  disconnectedCallback() {
    this.playing = false;
    this.a.release();
    this.b.release();
    this.observer.disconnect();
  }

  /**
   * @param {import('./sides.js').Source} a
   * @param {import('./sides.js').Source | null} b null: only one is looked at
   */
  async setSources(a, b) {
    this.pause();
    delete this.dataset.shown;
    this.seenFrame = 0;
    this.toggleAttribute('single', !b);
    await Promise.all([this.a.use(a), this.b.use(b)]);
    if (this.a.source?.id !== a.id) return; // gone, or replaced meanwhile
    await this.showFrame(this.view.frame);
  }

  /** @param view what of it is named changes */
  setView(view) {
    const frame = view.frame ?? this.view.frame;
    Object.assign(this.view, view);
    if (!MODES.some(([mode]) => mode === this.view.mode)) this.view.mode = 'wipe';
    this.view.zoom = clamp(Number(this.view.zoom) || 1, 1, MOST_ZOOM);
    if (this.stage) {
      this.layout();
      if (this.a.source && frame !== this.wantedFrame) this.showFrame(frame);
    }
  }

  // ---- what is shown

  get count() {
    return Math.max(this.a.count, this.b.count, 1);
  }

  /** The side whose frames are counted. */
  get leader() {
    return this.b.count >= this.a.count ? this.b : this.a;
  }

  /** Of two with different numbers of frames those at the same time belong together. */
  frameOf(side, frame) {
    const [own, all] = [side.count, this.count];
    return own === all || all < 2 ? frame : Math.round((frame * (own - 1)) / (all - 1));
  }

  /** Both sides change together once both are there; the number below is always that of the frames that are seen. */
  async showFrame(frame) {
    const k = clamp(Math.round(frame), 0, this.count - 1);
    this.view.frame = k;
    this.wantedFrame = k;
    delete this.dataset.shown;
    this.updateControls();
    try {
      const sides = [this.a, this.b].filter((side) => side.source);
      const reveals = await Promise.all(sides.map((side) => side.prepare(this.frameOf(side, k))));
      if (this.wantedFrame === k && reveals.every(Boolean)) {
        reveals.forEach((reveal) => reveal());
        this.seenFrame = k;
        this.dataset.shown = String(k);
        this.message('');
        this.removeAttribute('failed');
        this.layout();
        this.b.prefetch(this.frameOf(this.b, k) + 1, 2);
      }
    } catch (e) {
      if (this.wantedFrame === k) this.fail(`This frame cannot be shown: ${e.message}`);
    }
    this.tell();
  }

  fail(text) {
    this.message(text);
    this.setAttribute('failed', '');
  }

  async play() {
    if (this.count < 2) return;
    this.playing = true;
    if (this.view.frame >= this.count - 1) await this.showFrame(0);
    const master = [this.b, this.a].find((side) => side.plays);
    await Promise.all([this.a.play(), this.b.play()].map((p) => p.catch(() => {})));
    this.updateControls();
    const [began, first] = [performance.now(), this.view.frame];
    const tick = () => {
      if (!this.playing) return;
      const fps = (master ?? this.leader).fps;
      const at = master ? Math.floor(master.video.currentTime * fps) : first + Math.floor(((performance.now() - began) / 1000) * fps);
      this.moveTo(clamp(at, 0, this.count - 1), master);
      if (at >= this.count - 1 || master?.video.ended) this.pause();
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** While it plays: pictures follow, and a second video is kept beside the first. */
  moveTo(frame, master) {
    if (frame !== this.view.frame) {
      this.view.frame = frame;
      this.wantedFrame = frame;
      this.seenFrame = frame;
      for (const side of [this.a, this.b]) {
        if (side.source && !side.plays) this.follow(side, frame);
      }
      this.leader.prefetch(frame + 1, 4);
      this.updateControls();
    }
    const other = master === this.b ? this.a : this.b;
    if (master && other.plays) {
      const late = master.video.currentTime - other.video.currentTime;
      if (Math.abs(late) > 0.4) other.video.currentTime = master.video.currentTime;
      else other.video.playbackRate = clamp(1 + late, 0.8, 1.25);
    }
  }

  /** One picture at a time: where they come too slowly some are left out. */
  async follow(side, frame) {
    if (side.busy) return;
    side.busy = true;
    await side.show(this.frameOf(side, frame)).catch(() => {});
    side.busy = false;
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.a.pause();
    this.b.pause();
    this.showFrame(this.view.frame);
  }

  step(frames) {
    if (this.playing) this.pause();
    this.showFrame(this.view.frame + frames);
  }

  // ---- place and zoom

  layout() {
    const { stage, view } = this;
    this.dataset.mode = this.hasAttribute('single') ? 'toggle' : view.mode;
    const size = this.b.source && this.b.size.width ? this.b.size : this.a.size;
    if (!stage || !size.width) return this.updateControls();
    const pane = { width: this.a.pane.clientWidth || this.b.pane.clientWidth, height: stage.clientHeight };
    const scale = Math.min(pane.width / size.width, pane.height / size.height);
    this.fit = { width: size.width * scale, height: size.height * scale, native: 1 / (scale * devicePixelRatio) };
    const [width, height] = [this.fit.width * view.zoom, this.fit.height * view.zoom];
    view.x = within(view.x, width, pane.width);
    view.y = within(view.y, height, pane.height);
    const [left, top] = [pane.width / 2 - view.x * width, pane.height / 2 - view.y * height];
    for (const side of [this.a, this.b]) {
      Object.assign(side.layer.style, { width: `${this.fit.width}px`, height: `${this.fit.height}px`, transform: `translate(${left}px, ${top}px) scale(${view.zoom})` });
    }
    stage.classList.toggle('pixels', view.zoom >= this.fit.native * 3);
    const edge = view.wipe * pane.width;
    this.b.pane.style.clipPath = this.dataset.mode === 'wipe' ? `inset(0 0 0 ${edge}px)` : '';
    this.handle.style.left = `${edge}px`;
    this.a.pane.classList.toggle('away', this.dataset.mode === 'toggle' && this.showsB && Boolean(this.b.source));
    this.b.pane.classList.toggle('away', this.dataset.mode === 'toggle' && !this.showsB);
    this.b.pane.style.filter = '';
    stage.style.setProperty('--strength', String(this.strength));
    this.updateControls();
  }

  /** @param at the point of the stage that stays where it is */
  zoomTo(zoom, at) {
    const next = clamp(zoom, 1, MOST_ZOOM);
    if (at && this.fit.width) {
      const pane = this.paneAt(at.clientX);
      const rest = 1 / this.view.zoom - 1 / next;
      this.view.x += ((at.clientX - pane.left - pane.width / 2) / this.fit.width) * rest;
      this.view.y += ((at.clientY - pane.top - pane.height / 2) / this.fit.height) * rest;
    }
    this.view.zoom = next;
    this.layout();
    this.tell();
  }

  paneAt(clientX) {
    const b = this.b.pane.getBoundingClientRect();
    return this.dataset.mode === 'side' && clientX >= b.left ? b : this.a.pane.getBoundingClientRect();
  }

  zoomBy(steps) {
    const { zoom } = this.view;
    const next = steps > 0 ? ZOOMS.find((z) => z > zoom * 1.01) : ZOOMS.findLast((z) => z < zoom * 0.99);
    this.zoomTo(next ?? (steps > 0 ? MOST_ZOOM : 1));
  }

  pan(x, y) {
    this.view.x += x / this.view.zoom;
    this.view.y += y / this.view.zoom;
    this.layout();
    this.tell();
  }

  setMode(mode) {
    this.view.mode = mode;
    this.layout();
    this.tell();
  }

  /** The mode that is on already changes sides where that is what it does. */
  chooseMode(mode) {
    if (mode === 'toggle' && this.view.mode === 'toggle') this.swapSides();
    else this.setMode(mode);
  }

  /** @param x pixels of the screen */
  dragBy(x, y) {
    if (!this.fit.width) return;
    this.view.x -= x / (this.fit.width * this.view.zoom);
    this.view.y -= y / (this.fit.height * this.view.zoom);
    this.layout();
  }

  setWipe(share) {
    this.view.wipe = clamp(share, 0, 1);
    this.layout();
  }

  /** Of the frames that are shown now. */
  measure() {
    this.pause();
    this.message(this.b.source ? psnr(this.a, this.b) : '');
  }

  swapSides() {
    this.showsB = !this.showsB;
    this.layout();
  }

  // ---- controls

  build() {
    this.handle = make('div', { className: 'handle' });
    this.stage = make(
      'div',
      { className: 'stage', tabIndex: 0, role: 'application', ariaLabel: 'Comparison. Arrow keys step frames, plus and minus zoom, W S T D choose the mode.' },
      this.a.pane,
      this.b.pane,
      this.handle,
    );
    this.stage.addEventListener('keydown', (e) => this.key(e));
    this.stage.addEventListener('wheel', (e) => {
      e.preventDefault();
      this.zoomTo(this.view.zoom * 2 ** (-e.deltaY / 300), e);
    }, { passive: false });
    this.stage.addEventListener('dblclick', (e) => this.zoomTo(this.view.zoom > 1 ? 1 : Math.max(2, this.fit.native), e));
    new Pointers(this);
    this.controls = new Controls(this);
    this.append(this.controls.bar, this.stage, this.controls.frames, this.controls.messageLine);
    this.layout();
  }

  updateControls() {
    this.controls?.update();
  }

  message(text) {
    if (this.controls) this.controls.messageLine.textContent = text;
  }

  nextStrength() {
    this.strength = STRENGTHS[(STRENGTHS.indexOf(this.strength) + 1) % STRENGTHS.length];
    this.layout();
  }

  tell() {
    this.dispatchEvent(new CustomEvent('viewchange', { detail: { ...this.view } }));
  }

  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const action = e.shiftKey ? this.panKeys[e.key] : this.keys[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (!action) return;
    e.preventDefault();
    e.stopPropagation();
    action();
  }

  panKeys = {
    ArrowLeft: () => this.pan(-PAN_STEP, 0),
    ArrowRight: () => this.pan(PAN_STEP, 0),
    ArrowUp: () => this.pan(0, -PAN_STEP),
    ArrowDown: () => this.pan(0, PAN_STEP),
    '+': () => this.zoomBy(1),
  };

  keys = {
    ArrowLeft: () => this.step(-1),
    ArrowRight: () => this.step(1),
    ',': () => this.step(-1),
    '.': () => this.step(1),
    Home: () => this.step(-this.count),
    End: () => this.step(this.count),
    ' ': () => (this.view.mode === 'toggle' ? this.swapSides() : this.playing ? this.pause() : this.play()),
    '+': () => this.zoomBy(1),
    '=': () => this.zoomBy(1),
    '-': () => this.zoomBy(-1),
    0: () => this.zoomTo(1),
    1: () => this.zoomTo(this.fit.native),
    w: () => this.setMode('wipe'),
    s: () => this.setMode('side'),
    t: () => this.chooseMode('toggle'),
    d: () => this.setMode('difference'),
    m: () => this.measure(),
    '[': () => this.setWipe(this.view.wipe - 0.02),
    ']': () => this.setWipe(this.view.wipe + 0.02),
  };
}

/** A picture smaller than its pane stays in the middle; a larger one covers it. */
function within(share, size, pane) {
  if (size <= pane) return 0.5;
  const half = pane / size / 2;
  return clamp(share, half, 1 - half);
}

customElements.define('media-compare', MediaCompare);
