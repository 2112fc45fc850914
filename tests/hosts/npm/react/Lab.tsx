import 'ganvas/define';
import type { GanvasLabElement } from 'ganvas';
import type {} from 'ganvas/react';
import { useRef, useState } from 'react';

export function Lab() {
  const lab = useRef<GanvasLabElement>(null);
  const [step, setStep] = useState(0);
  return (
    <>
      <ganvas-lab
        ref={lab}
        preset="quick"
        seed={42}
        lang="en"
        onreport={({ detail }) => setStep(detail.step)}
      />
      <button type="button" onClick={() => lab.current?.train({ steps: 3 })}>
        Train
      </button>
      <output>{step}</output>
    </>
  );
}
