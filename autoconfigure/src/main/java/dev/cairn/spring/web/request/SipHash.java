package dev.cairn.spring.web.request;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SipHash-2-4 with a result of 128 bits: a fast pseudorandom function under a secret key,
 * by Jean-Philippe Aumasson and Daniel J. Bernstein
 * (<a href= "https://www.aumasson.jp/siphash/siphash.pdf">paper</a>,
 * <a href="https://github.com/veorq/SipHash">reference</a>). Without the key, a hash can
 * be neither computed nor traced back. Immutable.
 */
final class SipHash {

	private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private static final int WORD = Long.BYTES;

	private final long key0;

	private final long key1;

	SipHash(long key0, long key1) {
		this.key0 = key0;
		this.key1 = key1;
	}

	/** Derives the key of 128 bits from a secret of any length. */
	static SipHash ofSecret(String secret) {
		try {
			byte[] key = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
			return new SipHash((long) WORDS.get(key, 0), (long) WORDS.get(key, WORD));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Failed to derive a key", ex);
		}
	}

	/** Returns 32 lower-case hex digits. */
	String hash(String text) {
		return hash(text.getBytes(StandardCharsets.UTF_8));
	}

	String hash(byte[] message) {
		State state = new State(this.key0, this.key1);
		int end = message.length - message.length % WORD;
		for (int i = 0; i < end; i += WORD) {
			state.add((long) WORDS.get(message, i));
		}
		long last = (long) message.length << 56;
		for (int i = end; i < message.length; i++) {
			last |= (message[i] & 0xffL) << (8 * (i - end));
		}
		state.add(last);
		return state.finish();
	}

	/** The names are those of the paper. */
	private static final class State {

		private long v0;

		private long v1;

		private long v2;

		private long v3;

		State(long key0, long key1) {
			this.v0 = key0 ^ 0x736f6d6570736575L;
			this.v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
			this.v2 = key0 ^ 0x6c7967656e657261L;
			this.v3 = key1 ^ 0x7465646279746573L;
		}

		void add(long word) {
			this.v3 ^= word;
			rounds(2);
			this.v0 ^= word;
		}

		String finish() {
			byte[] hash = new byte[2 * WORD];
			this.v2 ^= 0xee;
			rounds(4);
			WORDS.set(hash, 0, this.v0 ^ this.v1 ^ this.v2 ^ this.v3);
			this.v1 ^= 0xdd;
			rounds(4);
			WORDS.set(hash, WORD, this.v0 ^ this.v1 ^ this.v2 ^ this.v3);
			return HexFormat.of().formatHex(hash);
		}

		private void rounds(int number) {
			for (int i = 0; i < number; i++) {
				this.v0 += this.v1;
				this.v2 += this.v3;
				this.v1 = Long.rotateLeft(this.v1, 13) ^ this.v0;
				this.v3 = Long.rotateLeft(this.v3, 16) ^ this.v2;
				this.v0 = Long.rotateLeft(this.v0, 32) + this.v3;
				this.v2 += this.v1;
				this.v3 = Long.rotateLeft(this.v3, 21) ^ this.v0;
				this.v1 = Long.rotateLeft(this.v1, 17) ^ this.v2;
				this.v2 = Long.rotateLeft(this.v2, 32);
			}
		}

	}

}
