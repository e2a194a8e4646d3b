"""Checks zips as the console's Import wizard has to read them, with a reader that is not Tasq's.

    python3 opc.py FILE.zip ...

Prints a line for each rule that a file breaks; the exit code is 1 when there is one. The rules are
facts of public exports: what stands in the archive, in which order, how it begins, and which
identifier follows from which key.
"""

import hashlib
import re
import struct
import sys
import zipfile
import xml.etree.ElementTree as tree

MARK = b"\xef\xbb\xbf"
SEQUENCE = "SMS_TaskSequencePackage"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def relationship(kind, *keys):
    data = b""
    for key in keys:
        text = key.encode("utf-8")
        data += struct.pack("<I", len(text)) + text
    return f"{kind}-{hashlib.sha256(data).hexdigest().upper()}"


class Archive:
    def __init__(self, path):
        self.path = path
        self.faults = []
        self.zip = zipfile.ZipFile(path)
        self.names = self.zip.namelist()

    def ask(self, holds, rule):
        if not holds:
            self.faults.append(f"{self.path}: {rule}")

    def xml(self, name, marked):
        data = self.zip.read(name)
        self.ask(data.startswith(MARK) == marked, f"{name}: the byte-order mark")
        return tree.fromstring(data.removeprefix(MARK))

    def check(self):
        self.ask(self.zip.testzip() is None, "checksums")
        self.ask(len(set(self.names)) == len(self.names), "names are there once")
        self.container()
        objects = [n for n in self.names if re.fullmatch(SEQUENCE + r"/\w{8}/object\.xml", n)]
        self.ask(objects, "there is a task sequence")
        ids = [name.split("/")[1] for name in objects]
        self.parts(ids)
        self.relationships(ids)
        self.manifest(ids)
        for one in ids:
            self.object(one)
        return self.faults

    def container(self):
        with open(self.path, "rb") as file:
            data = file.read()
        for entry in self.zip.infolist():
            name = entry.filename
            self.ask(not name.endswith("/"), f"{name}: no folders")
            self.ask(entry.compress_type == zipfile.ZIP_STORED, f"{name}: stored")
            self.ask(entry.flag_bits == 0, f"{name}: no flags")
            self.ask(entry.create_version == 45, f"{name}: made by 4.5")
            start = entry.header_offset
            length, extra = struct.unpack("<HH", data[start + 26 : start + 30])
            room = data[start + 30 + length : start + 30 + length + extra]
            self.ask(room[:8] == b"\x20\xa2\x18\x00\x28\xa0\x14\x00", f"{name}: room to grow")
        self.ask(self.names[0].startswith("SMS_"), "an object stands first")
        self.ask(self.names[-1] == "[Content_Types].xml", "the types stand last")

    def parts(self, ids):
        wanted = {"[Content_Types].xml", "_rels/.rels", "Manifest.xml"}
        wanted.add(f"{SEQUENCE}/USERSTATE_MIGRATION_PACKAGE.xml")
        for one in ids:
            for name in ("object.xml", "ReferencesInfo.xml", "AppReferencesInfo.xml"):
                wanted.add(f"{SEQUENCE}/{one}/{name}")
        core = [n for n in self.names if n.endswith(".psmdcp")]
        self.ask(len(core) == 1, "one part of core properties")
        self.ask(wanted <= set(self.names), f"parts are missing: {wanted - set(self.names)}")
        place = r"package/services/metadata/core-properties/[0-9a-f]{32}\.psmdcp"
        self.ask(all(re.fullmatch(place, name) for name in core), "where core properties are")
        endings = {one.get("Extension") for one in self.xml("[Content_Types].xml", True)}
        self.ask(endings == {"xml", "rels", "psmdcp"}, "the types of all endings")
        self.xml(core[0], True)
        self.xml(f"{SEQUENCE}/USERSTATE_MIGRATION_PACKAGE.xml", True)

    def relationships(self, ids):
        found = list(self.xml("_rels/.rels", True))
        targets = {}
        for one in found:
            self.ask(one.tag == RELATIONSHIPS + "Relationship", "a relationship's name")
            targets[one.get("Target")] = one
            self.ask("/" + one.get("Target").lstrip("/") == one.get("Target"), "a target's slash")
            self.ask(one.get("Target").lstrip("/") in self.names, "a target that is there")
        for one in ids:
            own = targets.get(f"/{SEQUENCE}/{one}/object.xml")
            self.ask(own is not None, f"{one}: a relationship")
            if own is not None:
                self.ask(own.get("Type") == SEQUENCE, f"{one}: the relationship's type")
                self.ask(own.get("TargetMode") == "External", f"{one}: outside")
                self.ask(own.get("Id") == relationship(SEQUENCE, one), f"{one}: the identifier")
        core = [one for one in found if one.get("Type").endswith("/core-properties")]
        self.ask(len(core) == 1, "one relationship of core properties")
        self.ask(re.fullmatch(r"R[0-9a-f]{16}", core[0].get("Id")), "its identifier")

    def manifest(self, ids):
        root = self.xml("Manifest.xml", True)
        scope = root.find("Properties/Property[@Name='AUTHORING_SCOPE']").get("Value")
        guid = r"ScopeId_[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"
        self.ask(re.fullmatch(guid, scope), "the authoring scope")
        listed = [one.get("Path") for one in root.findall("EntryObjects/Object")]
        wanted = {f"{SEQUENCE}.PackageID='{one}'" for one in ids}
        self.ask(wanted <= set(listed), "the manifest lists all")

    def object(self, one):
        folder = f"{SEQUENCE}/{one}"
        root = self.xml(f"{folder}/object.xml", False)
        self.ask(root.tag == "INSTANCE" and root.get("CLASSNAME") == SEQUENCE, f"{one}: class")
        own = [child for child in root if child.get("CLASSORIGIN") not in (None, "___SYSTEM")]
        values = {child.get("NAME"): child.find("VALUE") for child in own}
        names = [child.get("NAME") for child in own]
        self.ask(len(values) == len(names), f"{one}: a property is there once")
        self.ask(names == sorted(names, key=str.lower), f"{one}: properties are sorted")
        count = root.find("PROPERTY[@NAME='__PROPERTY_COUNT']/VALUE").text
        self.ask(int(count) == len(own), f"{one}: the number of properties")
        relative = root.find("PROPERTY[@NAME='__RELPATH']/VALUE").text
        self.ask(relative == f'{SEQUENCE}.PackageID="{one}"', f"{one}: its path")
        self.ask(values["PackageID"].text == one, f"{one}: its identifier")
        sequence = tree.fromstring(values["Sequence"].text)
        self.ask(sequence.tag == "sequence", f"{one}: the sequence")
        listed = sequence.find("referenceList")
        wanted = [ref.get("package") or ref.get("application") for ref in listed or []]
        path = "PROPERTY.OBJECTARRAY[@NAME='References']/VALUE.OBJECTARRAY/VALUE.OBJECT/INSTANCE"
        found = [ref.find("PROPERTY[@NAME='Package']/VALUE").text for ref in root.findall(path)]
        boot = values["BootImageID"].text
        if boot:
            wanted.append(boot)
        self.ask(sorted(wanted) == sorted(found), f"{one}: references of the object")
        beside = []
        for name in ("ReferencesInfo.xml", "AppReferencesInfo.xml"):
            for text in self.xml(f"{folder}/{name}", True):
                info = tree.fromstring(text.text)
                value = lambda key: info.find(f"PROPERTY[@NAME='{key}']/VALUE")
                self.ask(value("PackageID").text == one, f"{one}: whose references")
                key = "ReferencePackageID" if name[0] == "R" else "RefAppModelName"
                beside.append(value(key).text)
        self.ask(sorted(beside) == sorted(found), f"{one}: references beside the object")


def main():
    faults = []
    for path in sys.argv[1:]:
        faults += Archive(path).check()
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
