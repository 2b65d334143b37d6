package dev.cairn.spring.live;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Supplier;

import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * Estimates the number of visitors with HyperLogLog: within 3.3 % in 19 of 20 cases, in
 * at most 4 KB. It has no sketches on a JDK on which the library refuses to write them,
 * which is one after 21 with the versions that support 17.
 */
final class HyperLogLogCounter implements VisitorCounter {

	private static final int LOG_OF_BUCKETS = 12;

	private static final int HEADER = 8;

	private static final int HEADER_OF_SET = 12;

	private static final int HEADER_OF_BUCKETS = 40;

	private static final int MAX_LISTED = 8;

	private static final Supplier<Boolean> SKETCHES = SingletonSupplier.of(HyperLogLogCounter::canWrite);

	private final Union sketch = new Union(LOG_OF_BUCKETS);

	private static boolean canWrite() {
		try {
			new Union(LOG_OF_BUCKETS).getResult().toCompactByteArray();
			return true;
		}
		catch (LinkageError ex) {
			return false;
		}
	}

	@Override
	public void add(String visitor) {
		this.sketch.update(visitor);
	}

	@Override
	public void addAll(VisitorCounter other) {
		this.sketch.update(((HyperLogLogCounter) other).sketch.getResult());
	}

	@Override
	public Long count() {
		return Math.round(this.sketch.getEstimate());
	}

	@Override
	public byte @Nullable [] sketch() {
		return SKETCHES.get() ? this.sketch.getResult(TgtHllType.HLL_8).toCompactByteArray() : null;
	}

	@Override
	public void addSketch(byte[] other) {
		if (!SKETCHES.get()) {
			throw new IllegalArgumentException("the library adds no visitors of other instances on this JDK");
		}
		if (!isValid(ByteBuffer.wrap(other).order(ByteOrder.LITTLE_ENDIAN))) {
			throw new IllegalArgumentException("it is no sketch of visitors");
		}
		try {
			this.sketch.update(HllSketch.heapify(other));
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("it is no sketch of visitors", ex);
		}
	}

	/**
	 * The library trusts the sizes in a sketch, and reads beyond its end if they are
	 * wrong. A sketch is a compact list or set, or buckets of one byte each.
	 */
	private static boolean isValid(ByteBuffer other) {
		int size = other.limit();
		if (size < HEADER || other.get(1) != 1 || other.get(2) != 7 || other.get(3) != LOG_OF_BUCKETS) {
			return false;
		}
		int mode = other.get(7);
		boolean compact = (other.get(5) & 8) != 0;
		if ((mode & 3) == 0) {
			int listed = other.get(6);
			return compact && other.get(0) == 2 && listed >= 0 && listed <= MAX_LISTED
					&& size == HEADER + Integer.BYTES * listed;
		}
		if ((mode & 3) == 1) {
			return compact && other.get(0) == 3 && size >= HEADER_OF_SET
					&& size == HEADER_OF_SET + (long) Integer.BYTES * other.getInt(HEADER);
		}
		return mode == 10 && other.get(0) == 10 && size == HEADER_OF_BUCKETS + (1 << LOG_OF_BUCKETS);
	}

}
