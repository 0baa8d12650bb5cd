// <media-compare>: two pictures, lists of frames or videos against each other. Wipe, side by side, toggle, difference;
// one zoom and place for both; exact frames when it stands still. No framework.
import { psnr } from './measure.js';
import { Side } from './sides.js';

const MODES = [
  ['wipe', 'Wipe'],
  ['side', 'Side by side'],
  ['toggle', 'Toggle'],
  ['difference', 'Difference'],
];
const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32];
const MOST_ZOOM = 64;
const PAN_STEP = 0.1;
const STRENGTHS = [1, 4, 16];

function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key in node && key !== 'list') node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

class MediaCompare extends HTMLElement {
  constructor() {
    super();
    this.view = { mode: 'wipe', frame: 0, zoom: 1, x: 0.5, y: 0.5, wipe: 0.5 };
    this.strength = 1;
    this.showsB = true;
    this.playing = false;
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
      if (this.a.source && frame !== this.shownFrame) this.showFrame(frame);
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

  async showFrame(frame) {
    const k = clamp(Math.round(frame), 0, this.count - 1);
    this.view.frame = k;
    this.shownFrame = k;
    this.updateControls();
    try {
      const seen = await Promise.all([this.a, this.b].filter((side) => side.source).map((side) => side.show(this.frameOf(side, k))));
      if (this.shownFrame === k && seen.every(Boolean)) {
        this.dataset.shown = String(k);
        this.message('');
        this.removeAttribute('failed');
        this.layout();
        this.b.prefetch(this.frameOf(this.b, k) + 1, 2);
      }
    } catch (e) {
      this.message(`This frame cannot be shown: ${e.message}`);
      this.setAttribute('failed', '');
    }
    this.tell();
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
      this.shownFrame = frame;
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
    this.stage.addEventListener('pointerdown', (e) => this.grab(e));
    this.stage.addEventListener('dblclick', (e) => this.zoomTo(this.view.zoom > 1 ? 1 : Math.max(2, this.fit.native), e));
    this.modes = MODES.map(([mode, label]) => {
      const button = make('button', { type: 'button', textContent: label });
      button.addEventListener('click', () => (mode === 'toggle' && this.view.mode === 'toggle' ? this.swapSides() : this.setMode(mode)));
      return [mode, button];
    });
    this.slider = make('input', { type: 'range', min: 0, step: 1, ariaLabel: 'Frame' });
    this.slider.addEventListener('input', () => {
      this.pause();
      this.showFrame(Number(this.slider.value));
    });
    this.wiper = make('input', { type: 'range', min: 0, max: 100, step: 1, ariaLabel: 'Place of the wipe, percent' });
    this.wiper.addEventListener('input', () => this.setWipe(Number(this.wiper.value) / 100));
    this.counter = make('output', { className: 'counter' });
    this.zoomText = make('output', { className: 'counter' });
    this.playButton = this.button('Play', () => (this.playing ? this.pause() : this.play()));
    this.backButton = this.button('◀', () => this.step(-1), 'Previous frame');
    this.onButton = this.button('▶', () => this.step(1), 'Next frame');
    this.strengthButton = this.button('×1', () => {
      this.strength = STRENGTHS[(STRENGTHS.indexOf(this.strength) + 1) % STRENGTHS.length];
      this.layout();
    });
    this.psnrButton = this.button('PSNR', () => this.measure(), 'PSNR of the two');
    this.messageLine = make('p', { className: 'message', role: 'status' });
    this.frames = make('div', { className: 'row frames' }, this.playButton, this.backButton, this.slider, this.onButton, this.counter);
    this.append(
      make('div', { className: 'row bar' }, make('div', { className: 'tabs', role: 'group', ariaLabel: 'How to compare' }, ...this.modes.map(([, button]) => button)), this.wiper, this.strengthButton, this.psnrButton,
        make('div', { className: 'row zoom', role: 'group', ariaLabel: 'Zoom' },
          this.button('−', () => this.zoomBy(-1), 'Zoom out'), this.zoomText, this.button('+', () => this.zoomBy(1), 'Zoom in'),
          this.button('Fit', () => this.zoomTo(1)), this.button('1:1', () => this.zoomTo(this.fit.native), '1:1, one pixel for one'))),
      this.stage,
      this.frames,
      this.messageLine,
    );
    this.layout();
  }

  button(text, action, label) {
    const button = make('button', { type: 'button', className: 'small', textContent: text });
    if (label) button.ariaLabel = label;
    button.addEventListener('click', action);
    return button;
  }

  updateControls() {
    if (!this.stage) return;
    const { view, count } = this;
    const single = this.hasAttribute('single');
    for (const [mode, button] of this.modes) button.setAttribute('aria-pressed', String(view.mode === mode));
    this.modes[0][1].parentNode.hidden = single;
    this.psnrButton.hidden = single;
    this.wiper.hidden = single || view.mode !== 'wipe';
    this.wiper.value = String(Math.round(view.wipe * 100));
    this.strengthButton.hidden = single || view.mode !== 'difference';
    this.strengthButton.textContent = `×${this.strength}`;
    this.strengthButton.ariaLabel = `×${this.strength}, brightness of the difference`;
    this.frames.hidden = count < 2;
    this.slider.max = String(count - 1);
    this.slider.value = String(view.frame);
    this.counter.textContent = `${view.frame + 1} / ${count}`;
    this.playButton.textContent = this.playing ? 'Pause' : 'Play';
    this.zoomText.textContent = this.fit.native ? `${Math.round((view.zoom / this.fit.native) * 100)} %` : '';
  }

  message(text) {
    if (this.messageLine) this.messageLine.textContent = text;
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
    t: () => (this.view.mode === 'toggle' ? this.swapSides() : this.setMode('toggle')),
    d: () => this.setMode('difference'),
    m: () => this.measure(),
    '[': () => this.setWipe(this.view.wipe - 0.02),
    ']': () => this.setWipe(this.view.wipe + 0.02),
  };

  // ---- pointers: one drags the wipe or the picture, two zoom

  grab(e) {
    if (e.button !== 0) return;
    this.pointers ??= new Map();
    this.pointers.set(e.pointerId, e);
    this.stage.setPointerCapture(e.pointerId);
    this.stage.focus({ preventScroll: true });
    const box = this.stage.getBoundingClientRect();
    const wiping = this.dataset.mode === 'wipe' && (this.view.zoom === 1 || Math.abs(e.clientX - box.left - this.view.wipe * box.width) < 24);
    if (wiping) this.setWipe((e.clientX - box.left) / box.width);
    const move = (now) => this.drag(now, wiping, box);
    const release = (now) => {
      this.pointers.delete(now.pointerId);
      if (this.pointers.size) return;
      this.stage.removeEventListener('pointermove', move);
      this.stage.removeEventListener('pointerup', release);
      this.stage.removeEventListener('pointercancel', release);
      this.tell();
    };
    if (this.pointers.size > 1) return;
    this.stage.addEventListener('pointermove', move);
    this.stage.addEventListener('pointerup', release);
    this.stage.addEventListener('pointercancel', release);
  }

  drag(now, wiping, box) {
    const before = this.pointers.get(now.pointerId);
    if (!before) return;
    const other = [...this.pointers.values()].find((p) => p.pointerId !== now.pointerId);
    if (other) {
      const apart = (p) => Math.hypot(p.clientX - other.clientX, p.clientY - other.clientY) || 1;
      this.zoomTo((this.view.zoom * apart(now)) / apart(before), { clientX: (now.clientX + other.clientX) / 2, clientY: (now.clientY + other.clientY) / 2 });
    } else if (wiping) {
      this.setWipe((now.clientX - box.left) / box.width);
    } else if (this.fit.width) {
      this.view.x -= (now.clientX - before.clientX) / (this.fit.width * this.view.zoom);
      this.view.y -= (now.clientY - before.clientY) / (this.fit.height * this.view.zoom);
      this.layout();
    }
    this.pointers.set(now.pointerId, now);
  }
}

/** A picture smaller than its pane stays in the middle; a larger one covers it. */
function within(share, size, pane) {
  if (size <= pane) return 0.5;
  const half = pane / size / 2;
  return clamp(share, half, 1 - half);
}

customElements.define('media-compare', MediaCompare);
