// The dictionaries of data streams, against hap-nodejs' writer and reader.
import hap from '@homebridge/hap-nodejs';
import { decodeHds, encodeHds, type HdsDictionary } from './hds-codec.ts';

const { DataStreamParser, DataStreamReader, DataStreamWriter } = hap;
const MESSAGE: HdsDictionary = {
  protocol: 'dataSend',
  streamId: 7,
  large: 100_000,
  again: 100_000,
  negative: -1,
  share: 0.25,
  isLast: true,
  isFirst: false,
  nothing: null,
  list: ['dataSend', 'a text that is longer than thirty-two letters', [1, 2]],
  bytes: Buffer.alloc(70_000, 3),
};

describe('dictionaries of data streams', () => {
  it('are read as hap-nodejs writes them, also where it names values that came before', () => {
    const writer = new DataStreamWriter();
    DataStreamParser.encode(MESSAGE, writer);
    expect(decodeHds(writer.getData())).toEqual(MESSAGE);
  });

  it('are written so that hap-nodejs reads them', () => {
    expect(DataStreamParser.decode(new DataStreamReader(encodeHds(MESSAGE)))).toEqual(MESSAGE);
  });

  it('keep bytes however few they are', () => {
    expect(decodeHds(encodeHds({ data: Buffer.from('few') }))).toEqual({ data: Buffer.from('few') });
  });

  it('are refused where they end too early or are none', () => {
    expect(() => decodeHds(encodeHds(MESSAGE).subarray(0, 400))).toThrow('too early');
    expect(() => decodeHds(encodeHds('text'))).toThrow('no dictionary');
    expect(() => decodeHds(Buffer.from([55]))).toThrow('unknown tag 55');
  });
});
