package dev.cairn.spring.web.request;

import java.util.Collections;
import java.util.List;
import java.util.Set;

import dev.cairn.Ledger;
import dev.cairn.MessageFields;
import dev.cairn.spring.doctor.DoctorCheck;

/**
 * Finds pseudonyms of visitors that leave the process, but differ between instances.
 */
record VisitorKeyCheck(RequestsProperties properties, Ledger ledger) implements DoctorCheck {

	/** The channels to others that may count visitors. */
	private static final Set<String> SHARED = Set.of("kafka", "udp", "syslog");

	@Override
	public String name() {
		return "visitor-key";
	}

	@Override
	public List<Finding> examine() {
		if (this.properties.visitor().key() != null
				|| !this.properties.toOptionalFields().include(MessageFields.VISITOR)
				|| Collections.disjoint(this.ledger.balances().keySet(), SHARED)) {
			return List.of();
		}
		return List.of(new Finding("The key of the pseudonyms of visitors is random", "cairn.requests.visitor.key",
				"A visitor counts once for each instance and each restart",
				"cairn.requests.visitor.key=${VISITOR_KEY}, the same secret of 16 characters or more in all instances"));
	}

}
