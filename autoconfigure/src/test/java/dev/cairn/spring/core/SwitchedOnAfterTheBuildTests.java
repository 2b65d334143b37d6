package dev.cairn.spring.core;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that was processed ahead of time while Cairn was switched off.
 */
class SwitchedOnAfterTheBuildTests {

	@Test
	void publishesAndMeasuresAsIfItHadBeenOn(@TempDir Path directory) throws Exception {
		AheadOfTimeBuild build = AheadOfTimeBuild.of(directory, "servlet", "--cairn.enabled=false",
				"--cairn.events.enabled=false", "--cairn.metrics.enabled=false");
		List<String> output = build.start(AheadOfTimeTests.SHIPPED, "--cairn.sampling.rules[0].signal=counter",
				"--cairn.sampling.rules[0].name=shop.orders", "--cairn.sampling.rules[0].rate=0");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.GENERATED)).isEqualTo("true");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.PUBLISHED)).isEqualTo("true");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.CHANNELS)).contains("file");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.POINTS))
			.isEqualTo("[order.paid=1, order.shipped=1]");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.METER)).isEqualTo("DENY");
		assertThat(AheadOfTimeBuild.line(output, AheadOfTimeApplication.EAGER)).isEqualTo("true");
		List<String> off = build.start("--cairn.enabled=false");
		assertThat(AheadOfTimeBuild.line(off, AheadOfTimeApplication.PUBLISHED)).isEqualTo("false");
		assertThat(AheadOfTimeBuild.line(off, AheadOfTimeApplication.POINTS)).isEqualTo("[]");
	}

}
