package dev.cairn.mcp;

import java.nio.charset.StandardCharsets;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the answers of tools as JSON of a bounded size.
 */
final class Answer {

	/** About a tenth of what an assistant can read at once. */
	static final int MAX_BYTES = 64 * 1024;

	private static final JsonMapper json = JsonMapper.shared();

	private Answer() {
	}

	/**
	 * Returns a list of items, as many as have room. If items are left out,
	 * {@code omitted} is their number.
	 * @param head an object with what comes before the items; much smaller than an answer
	 * @param name the name of the list
	 * @param items the items
	 * @return the JSON
	 */
	static String list(Object head, String name, List<?> items) {
		ObjectNode answer = json.valueToTree(head);
		ArrayNode shown = json.createArrayNode();
		int room = MAX_BYTES - length(answer);
		for (Object item : items) {
			JsonNode node = json.valueToTree(item);
			room -= length(node) + 1;
			if (room < 0) {
				break;
			}
			shown.add(node);
		}
		answer.set(name, shown);
		if (shown.size() < items.size()) {
			answer.put("omitted", items.size() - shown.size());
		}
		return answer.toString();
	}

	private static int length(JsonNode node) {
		return node.toString().getBytes(StandardCharsets.UTF_8).length;
	}

	static ObjectNode tree(Object value) {
		return json.valueToTree(value);
	}

	static JsonNode parse(byte[] line) {
		return json.readTree(line);
	}

}
