/** So many bytes of seven bits each always fit a JavaScript number. */
const MOST_VARINT_BYTES = 7

/** Reads numbers of Kafka's protocol one after the other. Throws where the bytes end too early. */
export class ByteCursor {
  constructor(readonly bytes: Buffer, public at = 0) {}

  get left(): number {
    return this.bytes.length - this.at
  }

  int16(): number {
    this.at += 2
    return this.bytes.readInt16BE(this.at - 2)
  }

  int32(): number {
    this.at += 4
    return this.bytes.readInt32BE(this.at - 4)
  }

  int64(): bigint {
    this.at += 8
    return this.bytes.readBigInt64BE(this.at - 8)
  }

  /** A number of variable length, its sign in the last bit. */
  varint(): number {
    let value = 0
    let factor = 1
    for (let place = 0; place < MOST_VARINT_BYTES; place += 1) {
      const byte = this.bytes[this.at]
      if (byte === undefined) break
      this.at += 1
      value += (byte & 127) * factor
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      factor *= 128
    }
    throw new RangeError('not a number of variable length')
  }

  /** Goes past bytes whose length stands before them; −1 stands for none at all. */
  skipVarBytes(): void {
    const length = this.varint()
    if (length > 0) this.at += length
  }

  /** Bytes whose length stands before them, not copied; null where the length is −1. */
  varBytes(): Buffer | null {
    const length = this.varint()
    if (length < 0) return null
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}
