/** MQTT over WebSocket: an Aedes broker, and a thermometer that publishes to it while somebody is connected. */
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { type StartServer, serveWith, startTicks } from './server.ts';

const ROOMS = ['kitchen', 'attic', 'cellar'] as const;

export const startMqttServer: StartServer = async () => {
  const broker = await Aedes.createBroker();
  const webSockets = new WebSocketServer({ noServer: true });
  webSockets.on('connection', (socket, request) => {
    const stream = createWebSocketStream(socket, {
      // Aedes writes a packet in many small pieces: together they are one frame, as other brokers send it.
      writev: (chunks, callback) => socket.send(Buffer.concat(chunks.map(({ chunk }) => chunk)), callback),
    });
    // The stream's error is the connection's end, of which the broker hears by itself.
    stream.on('error', () => {});
    broker.handle(stream, request);
  });
  const stopTicks = startTicks(1500, (n) => {
    if (broker.connectedClients === 0) return;
    const celsius = Math.round((19 + 2 * Math.sin(n / 6)) * 10) / 10;
    const topic = `lab/temperature/${ROOMS[n % ROOMS.length]}`;
    broker.publish(
      { cmd: 'publish', topic, payload: JSON.stringify({ celsius, n }), qos: 0, dup: false, retain: false },
      () => {},
    );
  });
  return serveWith(webSockets, async () => {
    stopTicks();
    for (const client of webSockets.clients) client.terminate();
    await new Promise<void>((resolve) => broker.close(resolve));
  });
};
