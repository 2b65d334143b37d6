package dev.cairn.host;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class OptionsTests {

	@Test
	void hasTheDefaultsOfStatventOnTheLoopbackAddress() {
		Options options = Options.parse();
		assertThat(options.port()).isEqualTo(7828);
		assertThat(options.address()).isEqualTo("127.0.0.1");
		assertThat(options.location()).isEqualTo("/stats");
		assertThat(options.directory().getFileName().toString()).startsWith("stats-pipe-");
	}

	@Test
	void understandsTheOptionsOfStatvent() {
		Options options = Options.parse("-p", "80", "-i", "0.0.0.0", "-l", "/a", "-d", "pipes", "--gauge", "a=max");
		assertThat(options.port()).isEqualTo(80);
		assertThat(options.address()).isEqualTo("0.0.0.0");
		assertThat(options.location()).isEqualTo("/a");
		assertThat(options.directory()).isEqualTo(Path.of("pipes"));
		assertThat(options.gauges()).isEqualTo(List.of("a=max"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-p", "-p x", "-p 70000", "-l stats", "--what ever", "--gauges no-such-file" })
	void refusesWhatItDoesNotUnderstand(String arguments) {
		assertThatIllegalArgumentException().isThrownBy(() -> Options.parse(arguments.split(" ")))
			.withMessageContaining(arguments.split(" ")[0]);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "a=sums", "" })
	void refusesRulesForGaugesThatAreNone(String rule) {
		assertThatIllegalArgumentException().isThrownBy(() -> Gauges.of(List.of(rule)))
			.withMessageContaining("<pattern>=<sum|max|last|average>");
	}

}
