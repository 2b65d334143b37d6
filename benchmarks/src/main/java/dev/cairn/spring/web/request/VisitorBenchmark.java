package dev.cairn.spring.web.request;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The pseudonym of a visitor: SipHash against HMAC-SHA256, which is copied for each hash
 * as it was before.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init")
public class VisitorBenchmark {

	private static final String KEY = "0123456789abcdef0123456789abcdef";

	private static final String ALGORITHM = "HmacSHA256";

	private final String visitor = "20514203.0.113.77\nMozilla/5.0 (Windows NT 10.0; Win64; x64) "
			+ "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

	private final SipHash sip = SipHash.ofSecret(KEY);

	private Mac mac;

	@Setup
	public void open() throws GeneralSecurityException {
		this.mac = Mac.getInstance(ALGORITHM);
		this.mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), ALGORITHM));
	}

	@Benchmark
	public String hmac() throws CloneNotSupportedException {
		Mac copy = (Mac) this.mac.clone();
		return HexFormat.of().formatHex(copy.doFinal(this.visitor.getBytes(StandardCharsets.UTF_8)), 0, 16);
	}

	@Benchmark
	public String sipHash() {
		return this.sip.hash(this.visitor);
	}

}
