package dev.cairn.brownfield.named;

import org.springframework.stereotype.Component;

/**
 * A component of an application, whose bean has the name {@code cairn}.
 */
@Component
class Cairn {

	final dev.cairn.Cairn telemetry;

	Cairn(dev.cairn.Cairn telemetry) {
		this.telemetry = telemetry;
	}

}
