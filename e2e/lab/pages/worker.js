// A dedicated worker with a socket of its own; it tells its page what becomes of it.
const socket = new WebSocket(`ws://${self.location.host}/echo?from=worker`);
socket.onopen = () => {
  self.postMessage({ state: 'open' });
  socket.send('worker');
};
socket.onmessage = ({ data }) => self.postMessage({ received: data });
socket.onclose = ({ code }) => self.postMessage({ state: 'closed', code });
