package dev.cairn.sample.demo;

import java.time.Duration;

import dev.cairn.sample.ShopTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@ShopTest
@ActiveProfiles("demo")
@TestPropertySource(properties = "logging.level.dev.cairn.sample.demo=info")
@ExtendWith(OutputCaptureExtension.class)
@DirtiesContext
class DemoTests {

	@Test
	void showsWithinSecondsWhatCairnDoes(CapturedOutput output) {
		// The first report may come before the first order
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(output).containsPattern(
					"cairn: memory delivered=\\d+ held=\\d+ dropped=0 \\| recent: .*http.request x\\d+, order.placed x\\d+"));
		assertThat(output).contains("/actuator/cairn").doesNotContain("Unexpected error occurred in scheduled task");
	}

}
