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
        lang="zh"
        onreport={({ detail }) => setStep(detail.step)}
      >
        这里是一个可以动手训练的生成对抗网络。如果一直看到这句话，请刷新页面，或打开浏览器的 JavaScript。
      </ganvas-lab>
      <button type="button" onClick={() => lab.current?.train({ steps: 3 })}>
        Train
      </button>
      <output>{step}</output>
    </>
  );
}
