import { Route, Routes } from 'react-router';
import { Frame } from './Frame';
import { Home, Menu } from './Home';
import { Lab } from './Lab';

export function App() {
  return (
    <>
      <Menu />
      <Routes>
        <Route path="/" element={<Home />} />
        <Route path="/element" element={<Lab />} />
        <Route path="/iframe" element={<Frame />} />
      </Routes>
    </>
  );
}
