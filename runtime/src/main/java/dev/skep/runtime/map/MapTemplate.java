package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;

/** Whether a map may be put into a map of maps: it must be like the template that the outer map was made with. */
final class MapTemplate {
    private MapTemplate() {}

    static boolean fits(MapSpec template, MapSpec map) {
        if (template == null) {
            return true;
        }
        boolean freeSize = map.type() != MapType.ARRAY || (template.flags() & MapSpec.F_INNER_MAP) != 0;
        return template.type() == map.type()
                && template.keySize() == map.keySize()
                && template.valueSize() == map.valueSize()
                && template.flags() == map.flags()
                && (freeSize || template.maxEntries() == map.maxEntries());
    }
}
