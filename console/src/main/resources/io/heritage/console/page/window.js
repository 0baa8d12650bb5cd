// Long lists are drawn where they are looked at.
import { useEffect, useState } from './ui.js';

const NEAR = '500px 0px';

/** Whether an element is seen or nearly so; one that has the focus stays. */
export function useNear(ref, atFirst = false) {
  const [near, setNear] = useState(atFirst);
  useEffect(() => {
    const looked = (entries) => {
      const { isIntersecting, target } = entries.at(-1);
      setNear(isIntersecting || target.contains(document.activeElement));
    };
    const observer = new IntersectionObserver(looked, { rootMargin: NEAR });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return near;
}
