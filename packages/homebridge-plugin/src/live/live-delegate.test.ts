// Live views as HomeKit asks for them, over real ports and in virtual time.
import { waitUntil } from '@nightjar/testkit';
import type { PrepareStreamRequest, StreamingRequest } from 'homebridge';
import { liveViews as made } from '../../test/live-views.ts';
import { depacketized, LoopbackViewer } from '../../test/loopback-viewer.ts';
import { described, picture } from '../../test/made-live.ts';

const udpPorts = (): number => process.getActiveResourcesInfo().filter((name) => name === 'UDPWRAP').length;

describe('a live view', () => {
  it('is answered with ports, keys and sources of its own, sound included', async () => {
    const { delegate, close, viewers } = made();
    const viewer = await LoopbackViewer.open(delegate);
    viewers.push(viewer);
    const { video, audio, addressOverride } = await viewer.prepare();
    expect(video).toMatchObject({ srtp_key: viewer.request.video.srtp_key, srtp_salt: viewer.request.video.srtp_salt });
    expect([video, audio].map((part) => (part as { port: number }).port > 0)).toEqual([true, true]);
    expect((video as { ssrc: number }).ssrc).not.toBe((audio as { ssrc: number }).ssrc);
    expect(addressOverride).toBeUndefined();
    close();
  });

  it('sends key pictures with parameter sets in front, as it was asked to, in datagrams that fit', async () => {
    const { view, run, close } = made();
    const viewer = await view({ video: { mtu: 1000 } });
    await run(0, 12, { bytes: 3000 });
    await viewer.packets(12 * 4);
    const { types } = depacketized(viewer.video);
    expect(types.slice(0, 4)).toEqual([7, 8, 5, 1]);
    expect(types.filter((type) => type === 7)).toHaveLength(2);
    const ssrc = viewer.endpoint('video').ssrc;
    expect(viewer.video.every((packet) => packet.payloadType === 99 && packet.ssrc === ssrc)).toBe(true);
    expect(Math.max(...viewer.raw.map(({ length }) => length))).toBeLessThanOrEqual(1000);
    const stamps = [...new Set(viewer.video.map(({ timestamp }) => timestamp))];
    expect(stamps.slice(1).map((stamp, index) => (stamp - stamps[index]!) >>> 0)).toEqual(Array.from({ length: 11 }, () => 3600));
    expect(viewer.video.filter(({ marker }) => marker)).toHaveLength(12);
    expect([viewer.gaps, viewer.refused]).toEqual([0, 0]);
    close();
  });

  it('reads the camera once for all viewers, and gives later ones the newest key picture at once', async () => {
    const { live, view, run, delegate, clock, close } = made();
    const first = await view();
    await run(0, 14);
    const others = await Promise.all([view(), view(), view(), view()]);
    await clock.advance(5);
    for (const viewer of others) {
      await viewer.packets(5);
      expect(depacketized(viewer.video).types.slice(0, 3)).toEqual([7, 8, 5]);
    }
    expect(live.readers.filter(({ options }) => options.video !== false)).toHaveLength(1);
    expect(live.readers.filter(({ options }) => options.video === false)).toHaveLength(1);
    expect(delegate.held).toEqual({ views: 5, running: 5, subscriptions: 2 });
    for (const viewer of [first, ...others]) await viewer.stop();
    expect(delegate.held).toEqual({ views: 0, running: 0, subscriptions: 0 });
    await waitUntil(() => live.open.length === 0);
    close();
  });

  it('begins with the next key picture where the settings say so', async () => {
    const { view, run, close } = made({ settings: { liveStart: 'next' } });
    const viewer = await view();
    await run(0, 12);
    await viewer.packets(3);
    expect(viewer.video[0]!.payload.length).toBeGreaterThan(0);
    const { annexB } = depacketized(viewer.video);
    expect(annexB.includes(Buffer.of(0x65, 10, 10))).toBe(true);
    expect(annexB.includes(Buffer.of(0x65, 0, 0))).toBe(false);
    close();
  });

  it('holds no port, no timer and no subscription after it was stopped', async () => {
    const before = udpPorts();
    const { live, clock, view, run, context, viewers, close } = made();
    const viewer = await view();
    await run(0, 3);
    await viewer.packets(3);
    viewer.report();
    await viewer.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(live.open).toHaveLength(0);
    expect(context.sessions.records[0]).toMatchObject({ kind: 'live', cameraId: 'porch', peer: '127.0.0.1', end: 'stopped by the viewer', packets: 4 });
    expect(context.lines).toHaveLength(1);
    expect(context.lines[0]).toMatch(
      /live view of 127\.0\.0\.1: asked for 1280x720 at 30, 299 kbit\/s, Opus 24 kHz in 20 ms; sent main, 640x360, copied; first picture after \d+ ms/,
    );
    for (const open of viewers) open.close();
    viewers.length = 0;
    await waitUntil(() => udpPorts() <= before);
    close();
  });

  it('is called off while its ports are being opened', async () => {
    const before = udpPorts();
    const { delegate, close, viewers } = made();
    const viewer = await LoopbackViewer.open(delegate);
    const answer = viewer.prepare();
    await viewer.stop();
    await expect(answer).rejects.toThrow('called off');
    expect(delegate.held.views).toBe(0);
    viewer.close();
    await waitUntil(() => udpPorts() <= before);
    expect(viewers).toHaveLength(0);
    close();
  });

  it('is refused with another cipher, without being prepared, twice, and after the camera is gone', async () => {
    const { delegate, view, close, viewers } = made();
    const viewer = await LoopbackViewer.open(delegate);
    viewers.push(viewer);
    await expect(viewer.prepare({ video: { ...viewer.request.video, srtpCryptoSuite: 2 } })).rejects.toThrow('AES_CM_128_HMAC_SHA1_80');
    await expect(viewer.start()).rejects.toThrow('not prepared');
    const running = await view();
    await expect(running.start()).rejects.toThrow('runs already');
    await running.stop();
    await running.stop();
    delegate.dispose();
    await expect(viewer.prepare()).rejects.toThrow('removed');
    close();
  });

  it('never throws, whatever its caller does', async () => {
    const { delegate, context, close } = made();
    delegate.handleStreamRequest({ sessionID: 'x', type: 'stop' } as StreamingRequest, () => {
      throw new Error('not ours');
    });
    delegate.prepareStream({ sessionID: 'x', video: {}, audio: {} } as PrepareStreamRequest, () => {
      throw new Error('not ours either');
    });
    expect(context.lines.every((line) => line.includes('not ours'))).toBe(true);
    expect(delegate.held.views).toBe(0);
    close();
  });

  it('leaves no port open where its keys are none', async () => {
    const before = udpPorts();
    const { delegate, close } = made();
    const viewer = await LoopbackViewer.open(delegate);
    await expect(viewer.prepare({ video: { ...viewer.request.video, srtp_key: Buffer.alloc(3) } })).rejects.toThrow('3 bytes');
    viewer.close();
    await waitUntil(() => udpPorts() <= before);
    expect(delegate.held.views).toBe(0);
    close();
  });

  it('tells viewers the address that is set, where it is of their kind', async () => {
    const { delegate, context, close, viewers } = made({ settings: { address: '127.0.0.1' } });
    const viewer = await LoopbackViewer.open(delegate);
    viewers.push(viewer);
    expect((await viewer.prepare()).addressOverride).toBe('127.0.0.1');
    expect((await viewer.prepare({ addressVersion: 'ipv6', sourceAddress: '::1', targetAddress: '::1' })).addressOverride).toBeUndefined();
    expect(context.lines[0]).toContain('asks for an ipv6 address');
    close();
  });

  it('is let go of where it is never started', async () => {
    const { delegate, clock, stopped, close, viewers } = made();
    const viewer = await LoopbackViewer.open(delegate);
    viewers.push(viewer);
    await viewer.prepare();
    await clock.advance(31_000);
    expect(delegate.held.views).toBe(0);
    expect(stopped).toEqual([viewer.sessionID]);
    close();
  });
});

describe('the end of a live view', () => {
  it('comes 10 s after the viewer said something last, and its place becomes free', async () => {
    const { view, run, clock, stopped, context, close } = made();
    const viewer = await view();
    await run(0, 10);
    viewer.report();
    await viewer.packets(10);
    await waitUntil(() => viewer.reports.length > 0);
    await run(10, 240);
    expect(stopped).toEqual([]);
    await run(250, 15);
    expect(stopped).toEqual([viewer.sessionID]);
    expect(context.sessions.records[0]).toMatchObject({ end: 'nothing was heard of the viewer for 10 s', loss: 0 });
    expect(clock.pendingTimers).toBe(0);
    close();
  });

  it('comes where the camera sends nothing for 30 s, with its reason', async () => {
    const { live, view, clock, stopped, context, close } = made();
    const viewer = await view();
    live.reader('video').options.onWaiting?.('offline', 'the password is wrong');
    await clock.advance(29_000);
    expect(stopped).toEqual([]);
    await clock.advance(2000);
    expect(stopped).toEqual([viewer.sessionID]);
    expect(context.sessions.records[0]).toMatchObject({ end: 'no picture came within 30 s: the password is wrong', packets: 0 });
    close();
  });

  it('does not come with a pause of the camera, after which times go on by the clock', async () => {
    const { live, view, run, clock, stopped, close } = made();
    const viewer = await view();
    await run(0, 10);
    for (let seconds = 0; seconds < 20; seconds++) {
      viewer.report();
      await clock.advance(1000);
    }
    await viewer.packets(10);
    const before = viewer.video.at(-1)!;
    live.reader('video').send(picture(10));
    await waitUntil(() => viewer.video.length >= 12);
    const after = viewer.video[11]!;
    expect(((after.timestamp - before.timestamp) >>> 0) / 90_000).toBeGreaterThan(19);
    expect(stopped).toEqual([]);
    close();
  });

  it('comes with the end of the stream, for each viewer', async () => {
    const { live, view, run, stopped, context, close } = made();
    const viewers = [await view(), await view()];
    await run(0, 3);
    live.reader('video').end();
    await waitUntil(() => stopped.length === 2);
    expect(stopped.sort()).toEqual(viewers.map(({ sessionID }) => sessionID).sort());
    expect(context.sessions.records[0]?.end).toContain('removed');
    close();
  });

  it('is said to the viewer, and comes at once where the camera is switched off', async () => {
    const { delegate, view, run, stopped, context, close } = made();
    const viewer = await view();
    await run(0, 2);
    delegate.endAll('switched off in Home');
    expect(stopped).toEqual([viewer.sessionID]);
    expect(context.sessions.records[0]?.end).toBe('switched off in Home');
    await waitUntil(() => viewer.reports.some((report) => report[report.length - 7] === 203));
    close();
  });
});

describe('what a viewer misses', () => {
  it('is sent again as it was, twice at most', async () => {
    const { view, run, context, close } = made();
    const viewer = await view();
    await run(0, 5);
    await viewer.packets(6);
    const wanted = viewer.video[3]!.sequence;
    const sent = viewer.raw[3]!;
    for (let times = 1; times <= 2; times++) {
      viewer.miss(wanted);
      await waitUntil(() => viewer.raw.filter((datagram) => datagram.equals(sent)).length === 1 + times);
    }
    viewer.miss(wanted);
    viewer.miss((wanted + 20_000) & 0xffff);
    await run(5, 1);
    await viewer.packets(7);
    expect(viewer.raw.filter((datagram) => datagram.equals(sent))).toHaveLength(3);
    await viewer.stop();
    expect(context.lines.at(-1)).toContain('2 packets sent again');
    close();
  });

  it('is made good by the newest key picture and what followed, behind what was sent, where none comes soon', async () => {
    const { view, run, close } = made();
    const viewer = await view();
    await run(0, 57, { gop: 50 });
    const count = 57 + 2;
    await viewer.packets(count);
    viewer.wantKey();
    await waitUntil(() => viewer.video.length === count + 8);
    await run(57, 1, { gop: 50 });
    await viewer.packets(count + 9);
    expect(depacketized(viewer.video.slice(count)).types).toEqual([7, 8, 5, 1, 1, 1, 1, 1, 1, 1]);
    const times = [...new Set(viewer.video.slice(count - 1).map(({ timestamp }) => timestamp))];
    const steps = times.slice(1).map((time, index) => (time - times[index]!) >>> 0);
    expect(steps.every((step) => step > 0 && step < 3600)).toBe(true);
    expect(steps.reduce((sum, step) => sum + step, 0)).toBe(3600);
    expect([viewer.gaps, viewer.refused]).toEqual([0, 0]);
    close();
  });

  it('is left to the next key picture where that comes soon', async () => {
    const { view, run, close } = made();
    const viewer = await view();
    await run(0, 57, { gop: 20 });
    await viewer.packets(60);
    viewer.wantKey();
    await run(57, 1, { gop: 20 });
    await viewer.packets(61);
    expect(depacketized(viewer.video.slice(60)).types).toEqual([1]);
    close();
  });

  it('by the slowness of the recorder or of us is followed by a key picture', async () => {
    const { live, view, run, clock, close } = made();
    const viewer = await view();
    await run(0, 5);
    live.reader('video').send({ ...picture(7), skippedFrames: 2 });
    await clock.advance(40);
    await run(8, 4);
    await viewer.packets(8);
    expect(depacketized(viewer.video).types).toEqual([7, 8, 5, 1, 1, 1, 1, 7, 8, 5, 1]);
    expect(viewer.gaps).toBe(0);
    close();
  });
});

describe('the stream of a viewer', () => {
  const camera = { streams: [described('main'), described('sub')] };

  it('changes at a key picture when the viewer asks for something else, without a break of numbers or times', async () => {
    const { live, view, run, clock, close } = made({ camera });
    const viewer = await view();
    expect(live.reader('video').options.stream).toBe('sub');
    await run(0, 12);
    const sub = live.reader('video');
    await viewer.reconfigure({ width: 1920, height: 1080, max_bit_rate: 100 });
    const main = live.reader('video');
    expect(main.options.stream).toBe('main');
    for (let index = 12; index < 45; index++) {
      sub.send(picture(index));
      main.send(picture(index + 1000, { gop: 15 }));
      await clock.advance(40);
    }
    await viewer.packets(12);
    expect(sub.isOver).toBe(true);
    expect(main.isOver).toBe(false);
    const stamps = [...new Set(viewer.video.map(({ timestamp }) => timestamp))];
    const steps = stamps.slice(1).map((stamp, index) => (stamp - stamps[index]!) >>> 0);
    // Both sent a picture of the same moment where the one took over.
    expect(steps.filter((step) => Math.abs(step - 3600) > 1)).toEqual([90]);
    expect([viewer.gaps, viewer.refused]).toEqual([0, 0]);
    close();
  });

  it('is stood in for by the main stream while it is being opened', async () => {
    const { live, view, clock, context, close } = made({ camera });
    const viewer = await view();
    const sub = live.reader('video');
    await clock.advance(200);
    const main = live.reader('video');
    expect([sub.options.stream, main.options.stream]).toEqual(['sub', 'main']);
    main.send(...Array.from({ length: 5 }, (_, index) => picture(index)));
    await clock.advance(40);
    await viewer.packets(6);
    for (let index = 0; index < 3; index++) {
      sub.send(picture(index + 500));
      main.send(picture(index + 5));
      await clock.advance(40);
    }
    await viewer.packets(10);
    expect([sub.isOver, main.isOver]).toEqual([false, true]);
    expect(depacketized(viewer.video).types).toEqual([7, 8, 5, 1, 1, 1, 1, 7, 8, 5, 1, 1]);
    const stamps = [...new Set(viewer.video.map(({ timestamp }) => timestamp))];
    expect(stamps.slice(1).every((stamp, index) => (stamp - stamps[index]!) >>> 0 < 90_000)).toBe(true);
    await viewer.stop();
    expect(context.sessions.records[0]?.sent).toBe('sub, 640x360, copied');
    close();
  });

  it('is stood in for by key frames of the main stream alone where little was asked for, and by all of it where it never comes', async () => {
    const { live, view, clock, close } = made({ camera });
    const viewer = await view({ audio: { packet_time: 60 } });
    const sub = live.reader('video');
    await clock.advance(200);
    const main = live.reader('video');
    main.send(...Array.from({ length: 12 }, (_, index) => picture(index)));
    await clock.advance(40);
    await viewer.packets(4);
    expect(depacketized(viewer.video).types).toEqual([7, 8, 5, 7, 8, 5]);
    sub.end(new Error('the sub stream cannot be opened'));
    main.send(...Array.from({ length: 12 }, (_, index) => picture(index + 12)));
    await clock.advance(40);
    await viewer.packets(9);
    expect(depacketized(viewer.video.slice(4)).types).toEqual([7, 8, 5, 1, 1, 1]);
    close();
  });

  it('goes on where the other one never comes', async () => {
    const { live, view, run, stopped, close } = made({ camera });
    const viewer = await view();
    await run(0, 3);
    const sub = live.reader('video');
    await viewer.reconfigure({ max_bit_rate: 10, width: 1920 });
    live.reader('video').end(new Error('no such stream'));
    sub.send(picture(3));
    await viewer.packets(5);
    expect(stopped).toEqual([]);
    close();
  });

  it('is encoded anew where it turns out that it is not H.264', async () => {
    const { live, view, clock, close } = made();
    const viewer = await view();
    live.reader('video').send(picture(0, { codec: 'h265' }));
    await clock.advance(10);
    expect(live.reader('video').options.video).toMatchObject({ codec: 'h264' });
    expect(live.open.filter(({ options }) => options.video !== false)).toHaveLength(1);
    live.reader('video').send(picture(0));
    await viewer.packets(2);
    close();
  });

  it('is copied where encoding fails and the camera sends H.264', async () => {
    const { live, view, clock, context, close } = made({ camera: { streams: [described('main', { hasBFrames: true })] } });
    const viewer = await view();
    expect(live.reader('video').options.video).toMatchObject({ codec: 'h264' });
    live.reader('video').end(new Error('no encoder'));
    await clock.advance(10);
    expect(live.reader('video').options.video).toBe(true);
    live.reader('video').send(picture(0));
    await viewer.packets(2);
    expect(context.lines[0]).toContain('no encoder');
    close();
  });
});
