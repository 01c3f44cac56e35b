// What the page does in a browser: tells a point by mouse, finger or arrow keys, and writes names where there is room.
const plot = document.getElementById('plot');
const tip = document.getElementById('tip');
/** How far from a point a pointer may be, in pixels: half of a finger. */
const REACH = 22;
/** What a name keeps to its own mark. */
const GAP = 13;

/** Drawn last is told first. */
const points = plot === null ? [] : [...plot.querySelectorAll('.point')].reverse();

const middleOf = (point) => {
  const box = point.querySelector('circle, rect').getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

/** Beside the point, and inside the plot. */
const placeTip = (point) => {
  const [middle, frame] = [middleOf(point), plot.getBoundingClientRect()];
  const { width, height } = tip.getBoundingClientRect();
  const room = document.documentElement.clientWidth - 8;
  const beside = [middle.x + 18, middle.x - 18 - width].find((left) => left >= 8 && left + width <= room);
  const above = middle.y - height - 16;
  // Where there is no room at its side: above it or below, as far to the right as fits.
  const x = beside ?? Math.max(8, Math.min(middle.x - width / 2, room - width));
  const lowest = document.documentElement.clientHeight - height - 8;
  const level = Math.max(8, Math.min(middle.y - height / 2, lowest));
  const y = beside === undefined ? (above >= 8 ? above : middle.y + 16) : level;
  tip.style.transform = `translate(${x - frame.x}px, ${y - frame.y}px)`;
};

const rowOf = (point) => document.querySelector(`tr[data-name="${CSS.escape(point.dataset.name)}"]`);

let told;
const tell = (point) => {
  if (told === point) return;
  if (told !== undefined) {
    told.classList.remove('told');
    rowOf(told)?.classList.remove('told');
  }
  told = point;
  tip.hidden = point === undefined;
  if (point === undefined) return;
  point.classList.add('told');
  rowOf(point)?.classList.add('told');
  tip.textContent = point.getAttribute('aria-label');
  placeTip(point);
};

const nearest = ({ clientX, clientY }) => {
  const distances = points.map((point) => {
    const { x, y } = middleOf(point);
    return Math.hypot(x - clientX, y - clientY);
  });
  const least = Math.min(...distances);
  return least <= REACH ? points[distances.indexOf(least)] : undefined;
};

const focusOn = (point) => {
  for (const one of points) one.setAttribute('tabindex', one === point ? '0' : '-1');
  point.focus();
};

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

const onKey = (event) => {
  const at = points.indexOf(document.activeElement);
  if (at < 0) return;
  const ends = { Home: points[0], End: points.at(-1) };
  const next = ends[event.key] ?? points[(at + (STEPS[event.key] ?? 0) + points.length) % points.length];
  if (event.key === 'Escape') tell(undefined);
  else if (event.key in STEPS || event.key in ends) {
    event.preventDefault();
    focusOn(next);
  }
};

const overlap = (one, other) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

/** Right, left, above, below. */
const SIDES = [
  { anchor: 'start', dx: GAP, dy: 4 },
  { anchor: 'end', dx: -GAP, dy: 4 },
  { anchor: 'middle', dx: 0, dy: -GAP },
  { anchor: 'middle', dx: 0, dy: GAP + 8 },
];

/** Puts a name where it covers nothing; false: there is no such place. */
const putName = (name, taken, frame) => {
  name.removeAttribute('hidden');
  for (const { anchor, dx, dy } of SIDES) {
    name.setAttribute('text-anchor', anchor);
    name.setAttribute('dx', dx);
    name.setAttribute('dy', dy);
    const box = name.getBoundingClientRect();
    const inside = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top;
    if (inside && !taken.some((other) => overlap(box, other))) {
      taken.push(box);
      return true;
    }
  }
  name.setAttribute('hidden', '');
  return false;
};

const putNames = () => {
  const frame = plot.getBoundingClientRect();
  const chosen = points.filter((point) => point.classList.contains('chosen'));
  const taken = points.map((point) => point.querySelector('circle, rect').getBoundingClientRect());
  for (const point of chosen) putName(point.querySelector('.name'), taken, frame);
};

if (plot !== null) {
  plot.addEventListener('pointermove', (event) => tell(nearest(event)));
  plot.addEventListener('pointerdown', (event) => tell(nearest(event)));
  plot.addEventListener('pointerleave', (event) => {
    if (event.pointerType === 'mouse') tell(undefined);
  });
  plot.addEventListener('focusin', (event) => tell(event.target.closest('.point') ?? undefined));
  plot.addEventListener('focusout', () => tell(undefined));
  plot.addEventListener('keydown', onKey);
  new ResizeObserver(putNames).observe(plot);
}
